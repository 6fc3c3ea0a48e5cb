using Microsoft.Extensions.Options;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>
/// A vendor that pretends: real, playable files of the length, size and sound asked for, made by ffmpeg in a second or two, and
/// every fault that a test key asks for.
/// <para>
/// Its own names of inputs, which a route's <c>settings</c> may set and its <c>inputs</c> map to: <c>prompt</c>, <c>image</c>, <c>seed</c>,
/// <c>width</c> and <c>height</c> or <c>resolution</c> and <c>aspect_ratio</c>, <c>frames</c> or <c>duration_seconds</c> or <c>duration_of</c> (an asset),
/// <c>most_seconds</c>, <c>fps</c>, <c>sound</c>, <c>camera_motion</c>, <c>format</c>, <c>count</c> (of images), <c>speech</c> (a recording), <c>speaker</c>, <c>output</c> (one of the models),
/// <c>by</c> and <c>caption</c> (see <see cref="SimulatorSettings"/>). Anything else is ignored. Its models: <c>video</c>, <c>image</c>, <c>audio</c> (a chord), <c>speech</c>
/// (the prompt, spoken), <c>voice</c> (the recording in another voice), <c>text</c> (a transcript of the recording).
/// </para>
/// </summary>
internal sealed class SimulatorConnector(LocalRenders renders, WorkFolder folder, IOptions<SimulatorOptions> options) : IConnector
{
    public const string ConnectorName = "simulator";

    public string Name => ConnectorName;

    public ConnectorKind Kind => ConnectorKind.Simulation;

    public bool IsConfigured => true;

    public TimeSpan PollEvery => TimeSpan.FromSeconds(1);

    public void CheckRoute(JsonPlace place, ConnectorRoute route)
    {
        if (!SimulatorShape.Outputs.Contains(route.Model)) place["model"].Fault($"must be one of {string.Join(", ", SimulatorShape.Outputs)} for the simulator");
        if (route.Settings is not { } settings || !place["settings"].IsObject) return;
        foreach (var fault in SimulatorSettings.Variants(settings).Select(variant => SimulatorShape.Read(route.Model, variant, []).Fault).OfType<string>().Distinct())
            place["settings"].Fault(fault);
    }

    public async Task<CreateAnswer> CreateAsync(CreateRequest request, CancellationToken ct)
    {
        var input = VendorInput.Overlay(request.Settings, request.Input);
        var (shape, fault) = SimulatorShape.Read(request.Model, input, request.Assets);
        if (shape is null) return new CreateAnswer.Refused(Refusal.OfInput(fault!));

        var instant = options.Value.Instant || request.Script is { Instant: true };
        var order = new RenderOrder(
            request.ClientReference, Name, request.Model, input, request.Assets, request.Script, request.Deadline, instant ? shape.CacheName : null);
        return await renders.AcceptAsync(order, instant ? AtOnce(shape, request.Assets) : null, ct);
    }

    public Task<VendorState> GetAsync(VendorWork work, CancellationToken ct) => renders.GetAsync(work.VendorId, ct);

    public Task<CancelAnswer> CancelAsync(VendorWork work, CancellationToken ct) => renders.CancelAsync(work.VendorId, ct);

    public Task<FindAnswer> FindAsync(LostWork lost, CancellationToken ct) => renders.FindAsync(lost.ClientReference, ct);

    public Task<VendorState> RenewOutputsAsync(VendorWork work, CancellationToken ct) => renders.RenewAsync(work.VendorId, ct);

    /// <summary>What is there already: all files of a shape, or the words of a text; null when something has yet to be made.</summary>
    Delivery? AtOnce(SimulatorShape shape, IReadOnlyList<GenerationAsset> assets)
    {
        if (shape.Output == "text")
            return assets.FirstOrDefault(asset => asset.Field == SimulatorRenderer.Speech) is { } recording ? new Delivery([], Spoken.Transcript(recording)) : null;
        var paths = Enumerable.Range(0, shape.Count).Select(index => folder.InCache(shape.CacheName, index)).ToList();
        return paths.TrueForAll(File.Exists)
            ? new Delivery([.. paths.Select(path => new RenderedFile(folder.Relative(path), shape.Kind, shape.MediaType))])
            : null;
    }
}
