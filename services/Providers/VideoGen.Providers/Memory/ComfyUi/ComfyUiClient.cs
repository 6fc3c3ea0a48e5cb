using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using VideoGen.HttpApi;

namespace VideoGen.Providers.Memory.ComfyUi;

/// <summary>
/// ComfyUI's HTTP interface, the part that loading needs. It knows no load: a model comes into memory when a graph that uses it runs, and
/// <c>POST /free</c> lets go of all models at once. An answer that is none throws <see cref="HttpRequestException"/>.
/// </summary>
internal sealed class ComfyUiClient(HttpClient http)
{
    public async Task<IReadOnlyList<ComfyDevice>> DevicesAsync(CancellationToken ct)
    {
        var stats = await ReadAsync<ComfyStats>("system_stats", ct);
        return [.. (stats.Devices ?? []).Where(device => device.Type != "cpu")];
    }

    /// <summary>Queues a graph under our own id, so that a lost answer leaves no riddle.</summary>
    /// <returns>Null when it was taken, else ComfyUI's words.</returns>
    public async Task<string?> SubmitAsync(Guid id, JsonNode graph, CancellationToken ct)
    {
        using var response = await http.PostAsJsonAsync("prompt", new { prompt = graph, prompt_id = id }, ct);
        if (response.StatusCode == HttpStatusCode.BadRequest) return await response.Content.ReadAsStringAsync(ct);
        response.EnsureSuccessStatusCode();
        return null;
    }

    /// <summary>How the graph ended; null while it has not.</summary>
    public async Task<ComfyEnd?> EndOfAsync(Guid id, CancellationToken ct)
    {
        var history = await ReadAsync<Dictionary<string, ComfyHistory>>($"history/{id}", ct);
        if (!history.TryGetValue(id.ToString(), out var run) || run.Status is not { } status) return null;
        if (status.Text == "success") return new ComfyEnd(Succeeded: true);
        var fault = status.Messages?.LastOrDefault(message => message is [{ } name, ..] && name.ToString() == "execution_error")?[1];
        return new ComfyEnd(Succeeded: false, Member(fault, "exception_type"), Member(fault, "exception_message"));
    }

    /// <summary>Takes a graph out of the queue, or interrupts it; harmless when it has ended.</summary>
    public async Task CancelAsync(Guid id, CancellationToken ct)
    {
        (await http.PostAsJsonAsync("queue", new { delete = new[] { id } }, ct)).Dispose();
        (await http.PostAsJsonAsync("interrupt", new { prompt_id = id }, ct)).Dispose();
    }

    /// <summary>Lets go of all models, after what is being made.</summary>
    public async Task FreeAsync(CancellationToken ct)
    {
        using var response = await http.PostAsJsonAsync("free", new { unload_models = true, free_memory = true }, ct);
        response.EnsureSuccessStatusCode();
    }

    async Task<T> ReadAsync<T>(string path, CancellationToken ct)
        where T : class
    {
        try
        {
            return await http.GetFromJsonAsync<T>(path, ApiJson.Options, ct) ?? throw new HttpRequestException($"ComfyUI answered {path} with nothing");
        }
        catch (JsonException nonsense)
        {
            throw new HttpRequestException($"ComfyUI answered {path} with something else", nonsense);
        }
    }

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
    /// <summary>What ComfyUI can have when it lets go of its own models: everything that no other process took.</summary>
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
