using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Memory;

namespace VideoGen.Providers.Connectors.ComfyUi;

/// <summary>
/// ComfyUI's GPU. A model is loaded by running the smallest graph that uses it, the file <c>comfyui/&lt;slug&gt;.json</c> of the catalogue's
/// folder; what it takes is the difference that the card reports. Unloading frees the whole card, because ComfyUI knows no less.
/// </summary>
internal sealed class ComfyUiPlace(ComfyUiClient comfy, IOptions<ComfyUiOptions> options, IConfiguration configuration, TimeProvider time) : IModelPlace
{
    public const string PlaceName = "comfyui";

    readonly string _graphs = Path.Combine(configuration["Catalog:Folder"] ?? "", "comfyui");

    public string Name => PlaceName;

    public bool IsOwn => false;

    public IReadOnlyCollection<string> Held => [];

    public bool FreesAll => true;

    public bool Takes(CatalogModel model, bool test) => !test && options.Value.BaseUrl is not null && File.Exists(GraphOf(model));

    /// <summary>It makes room by itself, so only the card's size counts: the largest one's.</summary>
    public async Task<ModelRoom> RoomAsync(CancellationToken ct) =>
        new((await comfy.DevicesAsync(ct)).Select(device => device.Attainable).DefaultIfEmpty(0).Max(), IsShared: false);

    public async Task<IReadOnlyList<Gpu>> GpusAsync(CancellationToken ct) => options.Value.BaseUrl is null
        ? []
        : [.. (await comfy.DevicesAsync(ct)).Select(GpuOf)];

    public async Task<LoadEnd> LoadAsync(CatalogModel model, CancellationToken ct)
    {
        var before = await UsedAsync(ct);
        var id = Guid.NewGuid();
        var graph = Fresh(JsonNode.Parse(await File.ReadAllTextAsync(GraphOf(model), ct))!);
        if (await comfy.SubmitAsync(id, graph, ct) is { } refusal) return LoadEnd.Failure("The GPU's server refused the model.", refusal);
        try
        {
            while (true)
            {
                if (await comfy.EndOfAsync(id, ct) is { } end) return end.Succeeded ? new LoadEnd.Loaded(Math.Max(0, await UsedAsync(ct) - before)) : FailureOf(end);
                await Task.Delay(options.Value.Poll, time, ct);
            }
        }
        catch (OperationCanceledException)
        {
            await comfy.CancelAsync(id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>The model's own name does not matter.</summary>
    public async Task<long> FreeAsync(string model, CancellationToken ct)
    {
        var before = await UsedAsync(ct);
        await comfy.FreeAsync(ct);
        var since = time.GetTimestamp();
        var freed = before - await UsedAsync(ct);
        while (freed <= 0 && time.GetElapsedTime(since) < options.Value.FreeWait)
        {
            await Task.Delay(options.Value.Poll, time, ct);
            freed = before - await UsedAsync(ct);
        }
        return Math.Max(0, freed);
    }

    static Gpu GpuOf(ComfyDevice device, int index) => new(device.Index ?? index, device.CardName, device.VramTotal, device.VramFree);

    /// <summary>With new seeds: ComfyUI answers a graph that it has run before from its cache, without the model.</summary>
    static JsonNode Fresh(JsonNode graph)
    {
        foreach (var (_, node) in graph.AsObject())
            if (node?["inputs"] is JsonObject inputs && inputs.ContainsKey("seed")) inputs["seed"] = Random.Shared.NextInt64(1, 1L << 53);
        return graph;
    }

    async Task<long> UsedAsync(CancellationToken ct) => (await comfy.DevicesAsync(ct)).Sum(device => device.Used);

    string GraphOf(CatalogModel model) => Path.Combine(_graphs, model.Slug + ".json");

    static LoadEnd.Failed FailureOf(ComfyEnd end) => end.FaultType?.EndsWith("OutOfMemoryError", StringComparison.Ordinal) == true
        ? new LoadEnd.Failed(ErrorCodes.InsufficientGpuMemory, "The GPU ran out of memory.", end.FaultMessage)
        : LoadEnd.Failure("The GPU's server could not load the model.", $"{end.FaultType}: {end.FaultMessage}");
}
