using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Connectors.MediaTools;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>The media tools without the service around them: plans, runs ffmpeg, measures, as the render worker does.</summary>
internal sealed class ToolBench : IDisposable
{
    readonly FfmpegRunner _runner = new(Options.Create(new FfmpegOptions()));
    readonly MediaProbe _probe = new(Options.Create(new FfmpegOptions()));
    readonly MediaToolsRenderer _renderer;
    readonly ConcurrentDictionary<string, Lazy<Task<MediaFacts>>> _facts = new(StringComparer.Ordinal);

    public ToolBench() => _renderer = new MediaToolsRenderer(Options.Create(new MediaToolsOptions { Preset = "ultrafast" }), _probe);

    public string Folder { get; } = Directory.CreateTempSubdirectory("videogen-tools-").FullName;

    /// <summary>Makes a clip with ffmpeg itself.</summary>
    public async Task<string> MakeAsync(string extension, params string[] arguments)
    {
        var path = NewPath(extension);
        await RunAsync("ffmpeg", ["-y", .. arguments, path]);
        return path;
    }

    public string NewPath(string extension) => Path.Combine(Folder, Guid.NewGuid().ToString("n") + extension);

    /// <summary>Measured once, however many tools work on the file.</summary>
    public Task<MediaFacts> FactsAsync(string path) => _facts.GetOrAdd(path, _ => new(() => MeasureAsync(path))).Value;

    /// <summary>What the tool makes; it has been measured against what was asked.</summary>
    public async Task<(string Path, MediaFacts Facts)> UseAsync(string tool, object input, params IReadOnlyList<string> clips)
    {
        var answer = await PlanAsync(tool, input, clips);
        if (answer is not RendererAnswer.Planned { Plans: [var plan] }) throw new InvalidOperationException($"{tool}: {answer}");
        var faults = new List<string>();
        foreach (var call in (FfmpegCall?[])[plan.Call, plan.Fallback])
        {
            if (call is null) continue;
            var result = await _runner.RunAsync(call);
            var measured = result is FfmpegResult.Ok ? await _probe.ProbeAsync(call.Output!) : null;
            var fault = measured is null ? result.ToString() : plan.Wanted!.Fault(measured);
            if (fault is null) return (call.Output!, ((ProbeResult.Ok)measured!).Facts);
            faults.Add(fault!);
        }
        throw new InvalidOperationException($"{tool} {JsonSerializer.Serialize(input)}: {string.Join(" / ", faults)}");
    }

    /// <summary>Why the tool will not do it.</summary>
    public async Task<string?> RefusalAsync(string tool, object input, params IReadOnlyList<string> clips) =>
        await PlanAsync(tool, input, clips) is RendererAnswer.Refused refused ? refused.Refusal.Message : null;

    async Task<RendererAnswer> PlanAsync(string tool, object input, IReadOnlyList<string> clips)
    {
        var inputs = new List<ToolInput>();
        foreach (var clip in clips) inputs.Add(new ToolInput(clip, await FactsAsync(clip)));
        var order = new RenderOrder(Guid.NewGuid(), MediaToolsConnector.ConnectorName, tool,
            JsonSerializer.SerializeToElement(input), Assets: [],
            Script: null, DateTimeOffset.UtcNow.AddMinutes(10));
        return _renderer.Plan(order, inputs, Directory.CreateDirectory(NewPath("")).FullName);
    }

    async Task<MediaFacts> MeasureAsync(string path)
    {
        var probed = await _probe.ProbeAsync(path);
        return probed is ProbeResult.Ok ok ? ok.Facts : throw new InvalidOperationException($"{path}: {probed}");
    }

    public void Dispose()
    {
        _runner.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The standard output of ffmpeg or ffprobe.</summary>
    public static async Task<byte[]> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        string[] quiet = program == "ffmpeg" ? ["-hide_banner", "-loglevel", "error", "-nostdin"] : ["-hide_banner", "-loglevel", "error"];
        var start = new ProcessStartInfo(program, [.. quiet, .. arguments]) { RedirectStandardOutput = true,
            RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException(
            $"{program} {string.Join(' ', arguments)}: {await errors}");
    }
}
