using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Ffmpeg.Running;

namespace VideoGen.Ffmpeg;

/// <summary>Runs ffmpeg: without a shell, with limits, never left behind, and with an output that is whole or absent.</summary>
public sealed class FfmpegRunner : IDisposable
{
    readonly FfmpegOptions _options;
    readonly SemaphoreSlim _free;

    public FfmpegRunner(IOptions<FfmpegOptions> options)
    {
        _options = options.Value;
        _free = new SemaphoreSlim(_options.MaxConcurrent);
    }

    /// <summary>Runs one call. Every outcome is a value; an exception means a broken machine: no disk, no util-linux.</summary>
    /// <param name="progress">Told about twice a second, from another thread.</param>
    /// <param name="ct">Cancelling it stops ffmpeg and gives <see cref="FfmpegResult.Cancelled"/>.</param>
    public async Task<FfmpegResult> RunAsync(FfmpegCall call, IProgress<FfmpegProgress>? progress = null, CancellationToken ct = default)
    {
        try
        {
            await _free.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return new FfmpegResult.Cancelled();
        }
        try
        {
            return await RunFreeAsync(call, progress, ct);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    async Task<FfmpegResult> RunFreeAsync(FfmpegCall call, IProgress<FfmpegProgress>? progress, CancellationToken ct)
    {
        var limits = call.Limits ?? _options.Limits;
        var output = call.Output is null ? null : Path.GetFullPath(call.Output);
        var partial = output is null ? null : Path.Combine(Path.GetDirectoryName(output)!, $".{Guid.NewGuid():n}{Path.GetExtension(output)}");
        var reader = new ProgressReader(call.Duration, progress);
        try
        {
            var end = await LimitedProcess.RunAsync(
                _options.FfmpegPath, Arguments(call, partial), call.WorkFolder ?? Path.GetDirectoryName(output), limits, reader.Read, ct);
            if (end.Verdict == ProcessVerdict.Cancelled) return new FfmpegResult.Cancelled();
            if (end.Verdict == ProcessVerdict.TimedOut) return new FfmpegResult.TimedOut(limits.WallClock);
            if (end.ExitCode != 0) return new FfmpegResult.Failed(end.ExitCode, end.Errors);
            // A seek beyond the end writes nothing, or an empty file, and exits with 0.
            if (partial is not null && !SideOutput.IsMade(partial))
                return new FfmpegResult.Failed(0, [.. end.Errors, "ffmpeg wrote no output"]);
            if (partial is not null) File.Move(partial, output!, overwrite: true);
            return new FfmpegResult.Ok(end.Elapsed, reader.Frames, reader.Position) { Complaints = end.Errors };
        }
        finally
        {
            if (partial is not null) File.Delete(partial);
        }
    }

    static IEnumerable<string> Arguments(FfmpegCall call, string? partial) =>
    [
        "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-progress", "pipe:1", "-nostats",
        .. call.Arguments,
        .. partial is null ? (ReadOnlySpan<string>)[] : [FfmpegInput.Name(partial)],
    ];

    /// <summary>Reads the <c>key=value</c> lines of <c>-progress</c>; a block ends with <c>progress=continue</c> or <c>progress=end</c>.</summary>
    internal sealed class ProgressReader(TimeSpan? duration, IProgress<FfmpegProgress>? progress)
    {
        public long Frames { get; private set; }

        public TimeSpan Position { get; private set; }

        public void Read(string line)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) return;
            var value = line.AsSpan(equals + 1).Trim();
            switch (line.AsSpan(0, equals))
            {
                case "frame" when long.TryParse(value, CultureInfo.InvariantCulture, out var frames):
                    Frames = frames;
                    break;
                // out_time_ms is in microseconds too; before the first frame the value is N/A, or the lowest number there is.
                case "out_time_us" when long.TryParse(value, CultureInfo.InvariantCulture, out var microseconds) && microseconds >= 0:
                    Position = TimeSpan.FromMicroseconds(microseconds);
                    break;
                case "progress":
                    progress?.Report(new FfmpegProgress(Percent(), Position, Frames, value is "end"));
                    break;
            }
        }

        int? Percent() => duration is { Ticks: > 0 } whole ? (int)Math.Clamp(Position.Ticks * 100 / whole.Ticks, 0, 100) : null;
    }
}
