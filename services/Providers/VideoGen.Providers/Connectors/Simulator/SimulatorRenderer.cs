using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Connectors.Local;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>Plans the simulator's renders.</summary>
internal sealed class SimulatorRenderer(IOptions<SimulatorOptions> options, IOptions<FfmpegOptions> ffmpeg, MediaProbe probe) : IRenderer
{
    /// <summary>The caption of an instant file, which serves every prompt.</summary>
    const string CachedCaption = "VideoGen simulator";

    /// <summary>The input that holds a recording.</summary>
    public const string Speech = "speech";

    readonly SimulatorArguments _arguments = new(options.Value.Preset, ffmpeg.Value.FontFile);
    readonly Lazy<FontCoverage> _font = new(() => FontCoverage.Load(ffmpeg.Value.FontFile));

    public string Connector => SimulatorConnector.ConnectorName;

    public async Task<RendererAnswer> PlanAsync(RenderOrder order, IReadOnlyList<FetchedAsset> inputs, string folder, CancellationToken ct)
    {
        var (shape, fault) = SimulatorShape.Read(order.Model, order.Input, order.Assets);
        if (shape is null) return new RendererAnswer.Refused(Refusal.OfInput(fault!));
        if (shape.Output == "text") return await TranscribeAsync(order, inputs, ct);
        if (order.CacheName is not null) shape = shape with { Prompt = CachedCaption, Seed = 0 };

        var image = inputs.FirstOrDefault(input => input.Asset.IsIn("image"));
        var speech = inputs.FirstOrDefault(input => input.Asset.Field == Speech);
        var (still, unusable) = await StillAsync(image, ct);
        if (unusable is not null) return new RendererAnswer.Refused(unusable);
        if (speech is not null && await SpeechFaultAsync(speech, ct) is { } silent) return new RendererAnswer.Refused(silent);

        var hasCaption = await WriteWordsAsync(shape, folder, ct);
        return new RendererAnswer.Planned([.. Enumerable.Range(0, shape.Count).Select(
            index => Plan(shape with { Seed = unchecked(shape.Seed + index) }, index, still, speech?.Path, hasCaption, folder))]);
    }

    async Task<(StillInput? Still, Refusal? Refusal)> StillAsync(FetchedAsset? image, CancellationToken ct)
    {
        if (image is null) return (null, null);
        var probed = await probe.ProbeAsync(image.Path, ct);
        ct.ThrowIfCancellationRequested();
        return probed switch
        {
            ProbeResult.Ok { Facts: { Picture: not null } facts } => (new StillInput(image.Path, facts), null),
            ProbeResult.Refused refused => (null, Refusal.OfInput($"image: {refused.Reason}")),
            _ => (null, Refusal.OfInput("image: the file holds no picture.")),
        };
    }

    async Task<RendererAnswer> TranscribeAsync(RenderOrder order, IReadOnlyList<FetchedAsset> inputs, CancellationToken ct)
    {
        if (order.Assets.FirstOrDefault(asset => asset.Field == Speech) is not { } recording)
            return new RendererAnswer.Refused(Refusal.OfInput("There is no recording to listen to."));
        var fetched = inputs.FirstOrDefault(input => input.Asset.Field == Speech);
        return fetched is not null && await SpeechFaultAsync(fetched, ct) is { } fault
            ? new RendererAnswer.Refused(fault)
            : new RendererAnswer.Answered(Spoken.Transcript(recording));
    }

    /// <summary>Why nothing can be heard in a file; null when something can.</summary>
    async Task<Refusal?> SpeechFaultAsync(FetchedAsset speech, CancellationToken ct) => await probe.ProbeAsync(speech.Path, ct) switch
    {
        ProbeResult.Refused refused => Refusal.OfInput($"The recording can't be used: {refused.Reason}"),
        ProbeResult.Ok { Facts.HasAudio: false } => Refusal.OfInput("The recording has no sound."),
        _ => null,
    };

    /// <summary>Writes the caption or the words to speak; true when there is a caption.</summary>
    async Task<bool> WriteWordsAsync(SimulatorShape shape, string folder, CancellationToken ct)
    {
        if (shape.Output == "speech") await File.WriteAllTextAsync(Path.Combine(folder, SimulatorArguments.SpeechFile), Spoken.Speakable(shape.Prompt), ct);
        if (shape.Kind == "audio" || Caption.Layout(shape.Prompt, shape.Width, shape.Height, _font.Value.Has) is not { } caption) return false;
        await File.WriteAllTextAsync(Path.Combine(folder, SimulatorArguments.CaptionFile), caption, ct);
        return true;
    }

    RenderPlan Plan(SimulatorShape shape, int index, StillInput? still, string? speech, bool hasCaption, string folder)
    {
        var arguments = shape.Output switch
        {
            "video" => _arguments.Video(shape, still, hasCaption),
            "image" => _arguments.Image(shape, still, hasCaption),
            "speech" => SimulatorArguments.Speech(shape),
            "voice" when speech is not null => SimulatorArguments.Voice(shape, speech),
            _ => SimulatorArguments.Audio(shape),
        };
        var call = new FfmpegCall(arguments)
        {
            Output = Path.Combine(folder, $"output{(index == 0 ? "" : $"-{index}")}.{(shape.Format == "jpeg" ? "jpg" : shape.Format)}"),
            WorkFolder = folder,
            Duration = TimeSpan.FromSeconds(shape.DurationSeconds),
        };
        return new RenderPlan(call, shape.Kind, shape.MediaType);
    }
}
