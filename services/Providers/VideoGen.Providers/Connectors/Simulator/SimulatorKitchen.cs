using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Connectors.Local;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>Plans the simulator's renders.</summary>
internal sealed class SimulatorKitchen(IOptions<ProvidersOptions> options, IOptions<FfmpegOptions> ffmpeg, MediaProbe probe) : IKitchen
{
    /// <summary>What an instant file says, because it serves every prompt.</summary>
    const string ShelfCaption = "VideoGen simulator";

    readonly SimulatorRecipes _recipes = new(options.Value.Simulator.Preset, ffmpeg.Value.FontFile);
    readonly Lazy<FontCoverage> _font = new(() => FontCoverage.Load(ffmpeg.Value.FontFile));

    public string Connector => SimulatorConnector.ConnectorName;

    public async Task<KitchenAnswer> PrepareAsync(RenderOrder order, IReadOnlyList<FetchedAsset> inputs, string folder, CancellationToken ct)
    {
        var (shape, fault) = SimulatorShape.Read(order.Model, order.Input, order.Assets);
        if (shape is null) return new KitchenAnswer.Refused(Refusal.OfInput(fault!));
        if (order.Shelf is not null) shape = shape with { Prompt = ShelfCaption, Seed = 0 };

        var image = inputs.FirstOrDefault(input => input.Asset.Field == "image");
        if (image is not null && await probe.ProbeAsync(image.Path, ct) is ProbeResult.Refused refused)
            return new KitchenAnswer.Refused(Refusal.OfInput($"image: {refused.Reason}"));

        return new KitchenAnswer.Ready(Plan(shape, image?.Path, await WriteCaptionAsync(shape, folder, ct), folder));
    }

    async Task<bool> WriteCaptionAsync(SimulatorShape shape, string folder, CancellationToken ct)
    {
        if (shape.Output == "audio" || Caption.Layout(shape.Prompt, shape.Width, shape.Height, _font.Value.Has) is not { } caption) return false;
        await File.WriteAllTextAsync(Path.Combine(folder, SimulatorRecipes.CaptionFile), caption, ct);
        return true;
    }

    Recipe Plan(SimulatorShape shape, string? image, bool hasCaption, string folder)
    {
        var arguments = shape.Output switch
        {
            "video" => _recipes.Video(shape, image, hasCaption),
            "image" => _recipes.Image(shape, image, hasCaption),
            _ => SimulatorRecipes.Audio(shape),
        };
        var call = new FfmpegCall(arguments)
        {
            Output = Path.Combine(folder, "output." + (shape.Format == "jpeg" ? "jpg" : shape.Format)),
            WorkFolder = folder,
            Duration = TimeSpan.FromSeconds(shape.DurationSeconds),
        };
        return new Recipe(call, shape.Output, shape.MediaType);
    }
}
