using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Media.Stills;

/// <summary>
/// Proves ordinary still pictures in this process and makes their thumbnails, for starting ffprobe and ffmpeg costs up to fifty times what
/// decoding does. It only ever says that a picture is good. Whatever it does not know or finds wrong, ffmpeg looks at, whose answer counts:
/// so a picture is refused for the same reasons and in the same words whichever way it goes. See ADR 11.
/// </summary>
internal sealed partial class StillCheck : IDisposable
{
    readonly WorkFolder _work;
    readonly StorageOptions _options;
    readonly MediaLimits _limits;
    readonly ILogger _log;
    readonly SemaphoreSlim _free;
    readonly bool _isOn;

    public StillCheck(WorkFolder work, IOptions<StorageOptions> options, IOptions<FfmpegOptions> ffmpeg, ILogger<StillCheck> log)
    {
        (_work, _options, _limits, _log) = (work, options.Value, ffmpeg.Value.Media, log);
        _free = new SemaphoreSlim(_options.InProcessImageConcurrency is > 0 and var most ? most : Math.Max(1, Environment.ProcessorCount / 2));
        _isOn = _options.InProcessImages && IsStarted();
    }

    /// <summary>The picture with its thumbnail, or null: ffmpeg shall look at it.</summary>
    public async Task<PreparedFile?> ProveAsync(ReceivedFile received, CancellationToken ct)
    {
        if (!_isOn || received.SizeBytes > _options.InProcessImageBytes) return null;
        if (await MagicBytes.SniffAsync(received.Path, ct) is not { Kind: "image" } format) return null;
        await _free.WaitAsync(ct);
        try
        {
            // A thread of its own: decoding blocks, and the pool's threads are for requests.
            return await Task.Factory.StartNew(() => Prove(received, format, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    PreparedFile? Prove(ReceivedFile received, MediaFormat format, CancellationToken ct)
    {
        var bytes = File.ReadAllBytes(received.Path);
        if (StillHeader.Read(bytes, format) is not { } header || !IsWithin(header)) return null;
        var facts = header.ToFacts(format, Orientation.Read(received.Path, format));
        if (Thumbnail(bytes, facts, header, ct) is not { } thumbnail) return null;
        var file = _work.New(".jpg");
        try
        {
            File.WriteAllBytes(file.Path, thumbnail);
            return new PreparedFile(received, facts, file, Preview: null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    bool IsWithin(StillHeader header) => Math.Max(header.Width, header.Height) <= _limits.MaxSide
        && header.Pixels <= Math.Min(_options.InProcessImagePixels, _limits.MaxPixels);

    byte[]? Thumbnail(byte[] bytes, MediaFacts facts, StillHeader header, CancellationToken ct)
    {
        var (width, height) = Renditions.ThumbnailSize(facts);
        var orientation = facts.Picture!.Orientation;
        var size = Orientation.SwapsSides(orientation) ? (height, width) : (width, height);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_options.InProcessImageTimeout);
        try
        {
            return StillDecoder.Thumbnail(bytes, facts.Format, header, size, orientation, limit.Token);
        }
        catch (NetVips.VipsException fault)
        {
            ct.ThrowIfCancellationRequested();
            Log.LeftToFfmpeg(_log, facts.MediaType, header.Width, header.Height, fault.Message);
            return null;
        }
    }

    bool IsStarted()
    {
        try
        {
            StillDecoder.Start();
            return true;
        }
        catch (Exception missing) when (missing is TypeInitializationException or DllNotFoundException or BadImageFormatException
            or EntryPointNotFoundException)
        {
            Log.NoLibrary(_log, missing);
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A picture could not be decoded here and is left to ffmpeg: {MediaType}, {Width} x {Height}: {Fault}")]
        public static partial void LeftToFfmpeg(ILogger log, string mediaType, int width, int height, string fault);

        [LoggerMessage(LogLevel.Warning,
            "libvips can't be loaded here, so ffmpeg looks at every picture; Storage:InProcessImages=false says that this is meant")]
        public static partial void NoLibrary(ILogger log, Exception missing);
    }
}
