using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Connectors.Local;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>Plans the tools' renders: looks into the inputs, checks what is asked of them, chooses the plan.</summary>
internal sealed class MediaToolsRenderer(IOptions<MediaToolsOptions> options, MediaProbe probe) : IRenderer
{
    /// <summary>Longest video that a tool makes, in seconds.</summary>
    const double LongestSeconds = 600;

    readonly MediaToolsArguments _arguments = new(options.Value.Preset);

    public string Connector => MediaToolsConnector.ConnectorName;

    public async Task<RendererAnswer> PlanAsync(RenderOrder order, IReadOnlyList<FetchedAsset> inputs, string folder, CancellationToken ct)
    {
        var files = new List<ToolInput>();
        foreach (var input in inputs)
        {
            // A clip that is joined with itself is looked at once.
            if (inputs.Take(files.Count).ToList().FindIndex(earlier => earlier.Asset.AssetId == input.Asset.AssetId) is >= 0 and var same)
            {
                files.Add(files[same] with { Path = input.Path });
                continue;
            }
            switch (await probe.ProbeAsync(input.Path, ct))
            {
                case ProbeResult.Ok { Facts: { Kind: "video", Timeline.Pictures.Count: > 0, DurationSeconds: > 0 } facts }:
                    files.Add(new ToolInput(input.Path, facts));
                    break;
                case ProbeResult.Refused refused:
                    return Refuse($"{input.Asset.Field}: {refused.Reason}");
                default:
                    ct.ThrowIfCancellationRequested();
                    return Refuse($"{input.Asset.Field}: the file is not a video.");
            }
        }

        return Plan(order, files, folder);
    }

    /// <summary>The plan for files that have been measured.</summary>
    public RendererAnswer Plan(RenderOrder order, IReadOnlyList<ToolInput> files, string folder) => order.Model switch
    {
        "trim" => Trim(order.Input, files[0], folder),
        "compose" => Compose(order.Input, files, folder),
        "extract-frame" => ExtractFrame(order.Input, files[0], folder),
        "extract-audio" => ExtractAudio(order.Input, files[0], folder),
        _ => Refuse($"There is no tool {order.Model}."),
    };

    RendererAnswer Trim(JsonElement input, ToolInput video, string folder)
    {
        var (cut, fault) = Cut.Of(Number(input, "start_seconds") ?? 0, Number(input, "end_seconds"), Number(input, "duration_seconds"), video.Seconds);
        if (cut is not { } piece) return Refuse(fault!);
        if (piece.Length > LongestSeconds) return Refuse(TooLong("piece", piece.Length));
        var frames = video.Rate.Frames(piece.Length);
        return Video(_arguments.Trim(video, piece.Snapped(video.Timeline, video.Rate), frames), video.Rate, frames, video.EvenSize,
            video.Facts.HasAudio, folder);
    }

    RendererAnswer Compose(JsonElement input, IReadOnlyList<ToolInput> clips, string folder)
    {
        var plan = Composition.Of(clips, Text(input, "transition") == "fade" ? Number(input, "transition_seconds") ?? 0.5 : 0);
        if (plan.Seconds > LongestSeconds) return Refuse(TooLong("joined video", plan.Seconds));
        var frames = plan.Frames.Sum() - (plan.FadeFrames * (clips.Count - 1));
        return Video(_arguments.Compose(plan), plan.Rate, frames, plan.Size, plan.HasSound, folder);
    }

    static RendererAnswer.Planned ExtractFrame(JsonElement input, ToolInput video, string folder)
    {
        var format = Text(input, "format") ?? "png";
        var at = Number(input, "at_seconds") ?? (Text(input, "position") == "last" ? video.Seconds : 0);
        var output = Path.Combine(folder, format == "jpeg" ? "output.jpg" : "output.png");
        var call = new FfmpegCall(MediaToolsArguments.Frame(video, video.Timeline.PictureAt(video.Timeline.Origin + at),
            format)) { Output = output };
        // A frame that is never shown, or can't be decoded, is not there: then the last one that is.
        var last = call with { Arguments = MediaToolsArguments.Frame(video, shown: null, format) };
        return new(new RenderPlan(call, "image", $"image/{format}")
        {
            Fallback = last,
            Wanted = new WantedResult("image") { Size = (video.Facts.Width!.Value, video.Facts.Height!.Value) },
        });
    }

    static RendererAnswer ExtractAudio(JsonElement input, ToolInput video, string folder)
    {
        if (!video.Facts.HasAudio) return Refuse("video: the video has no sound.");
        var format = Text(input, "format") ?? "mp3";
        var call = new FfmpegCall(MediaToolsArguments.Audio(video, format))
        {
            Output = Path.Combine(folder, "output." + format),
            Duration = TimeSpan.FromSeconds(video.Seconds),
        };
        return new RendererAnswer.Planned(new RenderPlan(call, "audio", format switch { "mp3" => "audio/mpeg", "m4a" => "audio/mp4", _ =>
            "audio/wav" })
        {
            Wanted = new WantedResult("audio") { SoundSeconds = video.Seconds },
        });
    }

    static RendererAnswer.Planned Video(
        IReadOnlyList<string> arguments, FrameRate rate, int frames, (int Width, int Height) size, bool hasSound, string folder)
    {
        var seconds = rate.Seconds(frames);
        var call = new FfmpegCall(arguments) { Output = Path.Combine(folder, "output.mp4"), Duration = TimeSpan.FromSeconds(seconds) };
        var wanted = new WantedResult("video") { Size = size, Frames = frames, PictureSeconds = seconds, SoundSeconds = hasSound
            ? seconds : null };
        return new(new RenderPlan(call, "video", "video/mp4") { Wanted = wanted });
    }

    static string TooLong(string what, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"The {what} would be {seconds:0.#} seconds long; at most {LongestSeconds} are made.");

    static RendererAnswer.Refused Refuse(string message) => new(Refusal.OfInput(message));

    static double? Number(JsonElement input, string name) =>
        input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    static string? Text(JsonElement input, string name) =>
        input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
