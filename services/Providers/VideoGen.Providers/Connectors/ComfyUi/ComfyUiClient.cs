using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using VideoGen.HttpApi;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Connectors.ComfyUi;

/// <summary>
/// ComfyUI's HTTP interface, the part that loading needs. It has no call that loads: a model comes into memory when a graph
/// that uses it runs, and <c>POST /free</c> lets go of all models at once. Without a usable answer a call throws
/// <see cref="HttpRequestException"/>.
/// </summary>
internal sealed class ComfyUiClient(VendorHttp<ComfyUiOptions> http)
{
    public async Task<IReadOnlyList<ComfyDevice>> DevicesAsync(CancellationToken ct)
    {
        var stats = (await http.ReadAsync("system_stats", ct)).Json<ComfyStats>();
        return [.. (stats.Devices ?? []).Where(device => device.Type != "cpu")];
    }

    /// <summary>Queues a graph under our own id, so that a lost answer can be made up for.</summary>
    /// <returns>Null when it was taken, else ComfyUI's words.</returns>
    public async Task<string?> SubmitAsync(Guid id, JsonNode graph, CancellationToken ct)
    {
        var answer = await http.CreateAsync("prompt", Json(new { prompt = graph, prompt_id = id }), ct);
        if (answer.Status == 400) return answer.Text;
        answer.EnsureSuccess();
        return null;
    }

    /// <summary>How the graph ended; null while it has not.</summary>
    public async Task<ComfyEnd?> EndOfAsync(Guid id, CancellationToken ct)
    {
        var history = (await http.ReadAsync($"history/{id}", ct)).Json<Dictionary<string, ComfyHistory>>();
        if (!history.TryGetValue(id.ToString(), out var run) || run.Status is not { } status) return null;
        if (status.Text == "success") return new ComfyEnd(Succeeded: true);
        var fault = status.Messages?.LastOrDefault(message => message is [{ } name, ..] && name.ToString() == "execution_error")?[1];
        return new ComfyEnd(Succeeded: false, Member(fault, "exception_type"), Member(fault, "exception_message"));
    }

    /// <summary>Takes a graph out of the queue, or interrupts it; harmless when it has ended.</summary>
    public async Task CancelAsync(Guid id, CancellationToken ct)
    {
        await http.SendAsync(HttpMethod.Post, "queue", Json(new { delete = new[] { id } }), ct);
        await http.SendAsync(HttpMethod.Post, "interrupt", Json(new { prompt_id = id }), ct);
    }

    /// <summary>Lets go of all models, after what is being made.</summary>
    public async Task FreeAsync(CancellationToken ct) =>
        (await http.SendAsync(HttpMethod.Post, "free", Json(new { unload_models = true, free_memory = true }), ct)).EnsureSuccess();

    static JsonContent Json<T>(T body) => JsonContent.Create(body, options: ApiJson.Options);

    static string? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } fault && fault.TryGetProperty(name, out var value) ? value.ToString() : null;

    sealed record ComfyStats(IReadOnlyList<ComfyDevice>? Devices);

    sealed record ComfyHistory(ComfyStatus? Status);

    sealed record ComfyStatus([property: JsonPropertyName("status_str")] string? Text, IReadOnlyList<IReadOnlyList<JsonElement>>? Messages);
}

/// <summary>A device of <c>GET /system_stats</c>, in bytes.</summary>
/// <param name="Name">For example <c>cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync</c>.</param>
/// <param name="VramFree">With what torch has reserved and does not use.</param>
internal sealed record ComfyDevice(string Name, string Type, int? Index, long VramTotal, long VramFree, long TorchVramTotal, long TorchVramFree)
{
    /// <summary>The memory that ComfyUI can have when it lets go of its own models: everything that no other process took.</summary>
    public long Attainable => Math.Min(VramTotal, VramFree + Math.Max(0, TorchVramTotal - TorchVramFree));

    public long Used => Math.Max(0, VramTotal - VramFree);

    /// <summary>The card's name without the device before it and the allocator after it.</summary>
    public string CardName
    {
        get
        {
            var name = Name.Split(" : ", 2)[0];
            var space = name.IndexOf(' ', StringComparison.Ordinal);
            return space > 0 && name[..space].Contains(':', StringComparison.Ordinal) ? name[(space + 1)..] : name;
        }
    }
}

/// <param name="FaultType">For example <c>torch.OutOfMemoryError</c>; null for a graph that was interrupted.</param>
internal sealed record ComfyEnd(bool Succeeded, string? FaultType = null, string? FaultMessage = null);
