using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Memory;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>
/// The simulator's memory: a loaded model has the files that a job with nothing but defaults would get rendered beforehand, in the cache of
/// instant mode, and their bytes in this process. So the first instant job runs no ffmpeg, and its files come from memory.
/// </summary>
internal sealed class SimulatorPlace(
    IEnumerable<IRenderer> renderers, FfmpegRunner ffmpeg, WorkFolder work, WarmSamples samples, IOptions<ProvidersOptions> options,
    IOptions<SimulatorOptions> simulator, TimeProvider time) : IModelPlace
{
    public const string PlaceName = "simulator";

    public string Name => PlaceName;

    public bool IsOwn => true;

    public IReadOnlyCollection<string> Held => samples.Models;

    public bool FreesAll => false;

    public bool Takes(CatalogModel model, bool test) => (test || options.Value.Simulate) && RouteOf(model) is not null;

    public Task<ModelRoom> RoomAsync(CancellationToken ct) =>
        Task.FromResult(new ModelRoom((long)(simulator.Value.MemoryGb * ModelNeeds.Gigabyte), IsShared: true));

    public Task<IReadOnlyList<Gpu>> GpusAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<Gpu>>([]);

    public async Task<LoadEnd> LoadAsync(CatalogModel model, CancellationToken ct)
    {
        var route = RouteOf(model)!;
        var input = VendorInput.Overlay(route.Settings ?? EmptyObject, VendorInput.Rename(DefaultsOf(model.InputSchema), route.Inputs));
        var (shape, fault) = SimulatorShape.Read(route.Model, input, []);
        if (shape is null) return LoadEnd.Failure("The model has no sample.", fault);
        var names = shape.Output == "text" ? [] : Enumerable.Range(0, shape.Count).Select(index => work.InCache(shape.CacheName, index)).ToList();
        if (!names.TrueForAll(File.Exists) && await RenderAsync(route, input, shape, names, ct) is { } failed) return failed;

        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in names) files[work.Relative(name)] = await File.ReadAllBytesAsync(name, ct);
        ct.ThrowIfCancellationRequested();
        return new LoadEnd.Loaded(samples.Hold(model.Slug, files));
    }

    public Task<long> FreeAsync(string model, CancellationToken ct) => Task.FromResult(samples.Release(model));

    static ConnectorRoute? RouteOf(CatalogModel model) => model.Routes?.FirstOrDefault(route => route.Connector == SimulatorConnector.ConnectorName);

    static JsonElement EmptyObject { get; } = JsonElement.Parse("{}");

    static JsonElement DefaultsOf(JsonElement schema)
    {
        var input = new JsonObject();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
            if (property.Value.TryGetProperty("default", out var value)) input[property.Name] = JsonNode.Parse(value.GetRawText());
        return JsonSerializer.SerializeToElement(input);
    }

    async Task<LoadEnd.Failed?> RenderAsync(ConnectorRoute route, JsonElement input, SimulatorShape shape, List<string> cached, CancellationToken ct)
    {
        var reference = Guid.CreateVersion7();
        var folder = work.CreateRun(reference, run: 1);
        try
        {
            var order = new RenderOrder(
                reference, SimulatorConnector.ConnectorName, route.Model, input, [], Script: null, time.GetUtcNow() + options.Value.RenderTimeout, shape.CacheName);
            var answer = await renderers.Single(renderer => renderer.Connector == SimulatorConnector.ConnectorName).PlanAsync(order, [], folder, ct);
            if (answer is not RendererAnswer.Planned { Plans: var plans }) return LoadEnd.Failure("The model's sample can't be made.", answer.ToString());
            foreach (var (plan, name) in plans.Zip(cached))
            {
                var result = await ffmpeg.RunAsync(plan.Call, progress: null, ct);
                if (result is FfmpegResult.Cancelled) ct.ThrowIfCancellationRequested();
                if (result is not FfmpegResult.Ok) return LoadEnd.Failure("The model's sample could not be rendered.", result.ToString());
                File.Move(plan.Call.Output!, name, overwrite: true);
            }
            return null;
        }
        finally
        {
            work.Remove(reference);
        }
    }
}
