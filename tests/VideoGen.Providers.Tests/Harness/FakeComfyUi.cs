using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>
/// ComfyUI's HTTP interface as far as loading needs it, answering as version 0.3.64 was seen to: a graph that runs takes its models into
/// memory; <c>/free</c> lets go of them.
/// </summary>
internal sealed class FakeComfyUi : IAsyncDisposable
{
    const long Gigabyte = 1L << 30;

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, JsonNode> _history = new();

    FakeComfyUi()
    {
        _app = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
        _app.MapGet("/system_stats", () => IsAway ? Results.StatusCode(502) : Results.Text(Stats(), "application/json"));
        _app.MapPost("/prompt", SubmitAsync);
        _app.MapGet("/history/{id}", (string id) => Results.Text(
            _history.TryGetValue(id, out var run) ? new JsonObject { [id] = run.DeepClone() }.ToJsonString() : "{}", "application/json"));
        _app.MapPost("/free", () =>
        {
            Used = 1 * Gigabyte;
            return Results.Ok();
        });
        _app.MapPost("/queue", () => Results.Ok());
        _app.MapPost("/interrupt", (JsonNode body) =>
        {
            Interrupted.Enqueue(body["prompt_id"]!.ToString());
            return Results.Ok();
        });
    }

    public string Address => _app.Urls.First();

    public bool IsAway { get; set; }

    public long Total { get; set; } = 24 * Gigabyte;

    public long Used { get; private set; } = 1 * Gigabyte;

    /// <summary>What the next graph takes.</summary>
    public long ModelBytes { get; set; } = 6 * Gigabyte;

    /// <summary>Set: graphs are refused with this body.</summary>
    public string? Refusal { get; set; }

    /// <summary>Set: graphs fail with this exception.</summary>
    public string? Fault { get; set; }

    /// <summary>True: graphs run for ever.</summary>
    public bool Hangs { get; set; }

    public ConcurrentQueue<JsonNode> Graphs { get; } = new();

    public ConcurrentQueue<string> Interrupted { get; } = new();

    public static async Task<FakeComfyUi> StartAsync()
    {
        var comfy = new FakeComfyUi();
        await comfy._app.StartAsync();
        return comfy;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task<IResult> SubmitAsync(HttpRequest request)
    {
        var body = (await JsonNode.ParseAsync(request.Body))!;
        Graphs.Enqueue(body["prompt"]!);
        if (Refusal is { } refusal) return Results.Text(refusal, "application/json", statusCode: 400);
        var id = body["prompt_id"]!.ToString();
        if (!Hangs) _history[id] = Run(id);
        return Results.Text($$$"""{"prompt_id":"{{{id}}}","number":0,"node_errors":{}}""", "application/json");
    }

    JsonNode Run(string id)
    {
        if (Fault is null) Used += ModelBytes;
        var messages = new JsonArray(new JsonArray("execution_start", new JsonObject { ["prompt_id"] = id }), Fault is null
            ? new JsonArray("execution_success", new JsonObject { ["prompt_id"] = id })
            : new JsonArray("execution_error", new JsonObject { ["prompt_id"] = id, ["exception_type"] = Fault, ["exception_message"] = "It broke." }));
        return new JsonObject
        {
            ["outputs"] = new JsonObject(),
            ["status"] = new JsonObject { ["status_str"] = Fault is null ? "success" : "error", ["completed"] = Fault is null, ["messages"] = messages },
        };
    }

    string Stats() => $$"""
        {"system":{"os":"posix","ram_total":67430301696,"ram_free":51539607552,"comfyui_version":"0.3.64","embedded_python":false,"argv":["main.py"]},
         "devices":[{"name":"cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync","type":"cuda","index":0,"vram_total":{{Total}},"vram_free":{{Total - Used}},
           "torch_vram_total":{{Used - Gigabyte}},"torch_vram_free":0},
          {"name":"cpu","type":"cpu","index":null,"vram_total":67430301696,"vram_free":51539607552,"torch_vram_total":0,"torch_vram_free":0}]}
        """;
}
