using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Connectors.MediaTools;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>The media tools without the service around them: plans, runs ffmpeg, measures, as the render worker does.</summary>
internal sealed class ToolBench : IDisposable
{
    readonly FfmpegRunner _runner = new(Options.Create(new FfmpegOptions()));
    readonly MediaProbe _probe = new(Options.Create(new FfmpegOptions()));
    readonly MediaToolsRenderer _renderer;

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

    public async Task<MediaFacts> FactsAsync(string path)
    {
        var probed = await _probe.ProbeAsync(path);
        return probed is ProbeResult.Ok ok ? ok.Facts : throw new InvalidOperationException($"{path}: {probed}");
    }

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
            var fault = result is FfmpegResult.Ok ? plan.Wanted!.Fault(await _probe.ProbeAsync(call.Output!)) : result.ToString();
            if (fault is null) return (call.Output!, await FactsAsync(call.Output!));
            faults.Add(fault);
        }
        throw new InvalidOperationException($"{tool} {JsonSerializer.Serialize(input)}: {string.Join(" / ", faults)}");
    }

    /// <summary>Why the tool will not do it.</summary>
    public async Task<string?> RefusalAsync(string tool, object input, params IReadOnlyList<string> clips) =>
        await PlanAsync(tool, input, clips) is RendererAnswer.Refused refused ? refused.Refusal.Message : null;

    async Task<RendererAnswer> PlanAsync(string tool, object input, IReadOnlyList<string> clips)
    {
        var many = clips.Count > 1;
        List<FetchedAsset> assets = [.. clips.Select((path, at) => new FetchedAsset(
            new GenerationAsset(many ? $"videos[{at}]" : "video", Guid.NewGuid(), new Uri("http://127.0.0.1/"), "video/mp4", 1, null,
                null, null), path))];
        var order = new RenderOrder(
            Guid.NewGuid(), MediaToolsConnector.ConnectorName, tool, JsonSerializer.SerializeToElement(input), [.. assets.Select(asset =>
                asset.Asset)],
            Script: null, DateTimeOffset.UtcNow.AddMinutes(10));
        var folder = Directory.CreateDirectory(NewPath("")).FullName;
        return await _renderer.PlanAsync(order, assets, folder, CancellationToken.None);
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
