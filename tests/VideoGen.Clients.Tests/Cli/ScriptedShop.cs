using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>
/// A server that sells as the real one does: one job for an idempotency key of a world, and the same answer to each repetition. A test
/// may come in between at any request.
/// </summary>
sealed class ScriptedShop : IAsyncDisposable
{
    public const string Account = "0199aaaa-0000-7000-8000-000000000001";

    readonly ConcurrentDictionary<string, Lazy<string>> _jobs = new(StringComparer.Ordinal);
    ScriptedApi _api = null!;

    /// <summary>What each job makes.</summary>
    public byte[] File { get; } = RandomNumberGenerator.GetBytes(400_000);

    /// <summary>Asked at each moment of a request, for example <c>POST /v1/jobs arrived</c> and <c>POST /v1/jobs made</c>; true when the
    /// request is dealt with.</summary>
    public Func<string, HttpContext, Task<bool>> Between { get; set; } = (_, _) => Task.FromResult(false);

    public bool IsAccountHidden { get; set; }

    public string Address => _api.Address;

    /// <summary>The ids of the jobs that were bought.</summary>
    public IReadOnlyCollection<string> Jobs => [.. _jobs.Values.Select(job => job.Value)];

    public IReadOnlyList<Asked> Orders => [.. _api.Asked.Where(asked => asked.Line == "POST /v1/jobs")];

    public static async Task<ScriptedShop> OpenAsync()
    {
        var shop = new ScriptedShop();
        shop._api = await ScriptedApi.StartAsync(shop.AnswerAsync);
        return shop;
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    async Task AnswerAsync(Asked asked, HttpContext context)
    {
        if (await Between($"{asked.Line} arrived", context)) return;
        switch (asked.Line)
        {
            case "GET /v1/account" when IsAccountHidden:
                await TellAsync(context, 403, new { code = "forbidden", detail = "no" });
                break;
            case "GET /v1/account":
                await TellAsync(context, 200, new { id = Account, email = "a@example.com" });
                break;
            case "GET /v1/models/m":
                var text = new { type = "string" };
                await TellAsync(context, 200, new { input_schema = new { properties = new { prompt = text, style = text } } });
                break;
            case "POST /v1/jobs":
                await SellAsync(asked, context);
                break;
            case "GET /file":
                await context.Response.Body.WriteAsync(File);
                break;
            default:
                await ShowAsync(context);
                break;
        }
    }

    async Task SellAsync(Asked asked, HttpContext context)
    {
        var world = $"{asked.Headers.Authorization}".Contains("vg_test_", StringComparison.Ordinal) ? "test" : "live";
        var isNew = false;
        var id = _jobs.GetOrAdd($"{world} {asked.Headers["Idempotency-Key"]}", _ => new Lazy<string>(() =>
        {
            isNew = true;
            return $"{Guid.NewGuid()}";
        })).Value;
        if (await Between($"{asked.Line} made", context)) return;
        if (!isNew) context.Response.Headers["Idempotent-Replayed"] = "true";
        await TellAsync(context, 202, new { id, status = "queued" });
    }

    async Task ShowAsync(HttpContext context)
    {
        var id = $"{context.Request.Path}".Split('/')[^1];
        if (!Jobs.Contains(id, StringComparer.Ordinal))
        {
            await TellAsync(context, 404, new { code = "not_found", detail = "There is no such job." });
            return;
        }
        var asset = new JsonObject
        {
            ["url"] = $"{Address}/file", ["size_bytes"] = File.Length, ["media_type"] = "video/mp4",
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File)),
        };
        await TellAsync(context, 200, new JsonObject
        {
            ["id"] = id, ["status"] = "completed", ["model"] = "m", ["output"] = new JsonObject { ["assets"] = new JsonArray(asset) },
        });
    }

    static Task TellAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body));
    }
}
