using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;
using VideoGen.Storage.Contracts;

namespace VideoGen.Jobs.Tests.Harness;

/// <summary>The HTTP side of Accounts, Providers and Storage as Jobs sees it, on one loopback port, scripted by the test.</summary>
internal sealed class OtherServices : IAsyncDisposable
{
    readonly WebApplication _app;

    OtherServices(IReadOnlyList<CatalogModel> models)
    {
        Models = models;
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        _app = builder.Build();
        _app.MapPut("/internal/holds/{id:guid}", Hold);
        _app.MapDelete("/internal/holds/{id:guid}", (Guid id) =>
        {
            Holds.TryRemove(id, out _);
            return Results.NoContent();
        });
        _app.MapPost("/internal/assets/resolve", (ResolveAssets ask) => Results.Json(new ResolvedAssets(
            [.. Assets.Where(asset => asset.Key.AccountId == ask.AccountId && ask.AssetIds.Contains(asset.Key.Id)).Select(asset => asset.Value)])));
        _app.MapPost("/internal/assets/import", Import);
        _app.MapPost("/internal/assets/inline", KeepAsync);
        _app.MapGet("/internal/catalog", Catalog);
        _app.MapGet("/internal/costs", () => Results.Json(new VendorCosts([.. Costs])));
    }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Credits an account may hold in all; a million unless told.</summary>
    public ConcurrentDictionary<Guid, long> Credits { get; } = new();

    public ConcurrentDictionary<Guid, JobLimits> Limits { get; } = new();

    /// <summary>What is held now, by job.</summary>
    public ConcurrentDictionary<Guid, HoldRequest> Holds { get; } = new();

    /// <summary>Calls that asked for a hold.</summary>
    public int HoldCalls;

    public ConcurrentDictionary<(Guid AccountId, Guid Id), ResolvedAsset> Assets { get; } = new();

    /// <summary>What a customer's URL turns out to be.</summary>
    public ConcurrentDictionary<string, ResolvedAsset> Pages { get; } = new();

    /// <summary>Files that came to be kept, also those that were refused then.</summary>
    public ConcurrentQueue<KeptFile> Kept { get; } = new();

    public IReadOnlyList<CatalogModel> Models { get; set; }

    /// <summary>What attempts cost, whenever that was asked for.</summary>
    public ConcurrentQueue<VendorCost> Costs { get; } = new();

    public bool AccountsIsAway { get; set; }
    public bool ProvidersIsAway { get; set; }

    public int CatalogCalls;

    /// <summary>Runs before a hold is answered.</summary>
    public Func<Task> BeforeHold { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs between a hold and the answer that it stands.</summary>
    public Func<Task> AfterHold { get; set; } = () => Task.CompletedTask;

    public static async Task<OtherServices> StartAsync(IReadOnlyList<CatalogModel> models)
    {
        var services = new OtherServices(models);
        await services._app.StartAsync();
        return services;
    }

    public ResolvedAsset AddAsset(Guid accountId, string kind = "image", double? seconds = null, string? type = null)
    {
        var id = Guid.CreateVersion7();
        var asset = new ResolvedAsset(id, kind, type ?? kind
            + "/any", 1000, 640, 360, seconds, new Uri($"http://storage/v1/assets/{id}/content"));
        Assets[(accountId, id)] = asset;
        return asset;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    async Task<IResult> Hold(Guid id, HoldRequest ask)
    {
        Interlocked.Increment(ref HoldCalls);
        await BeforeHold();
        if (AccountsIsAway) return Results.StatusCode(503);
        HoldAnswer held;
        lock (Holds)
        {
            var available = Credits.GetValueOrDefault(ask.AccountId, 1_000_000) - Holds.Values.Where(hold => hold.AccountId == ask.AccountId).Sum(hold => hold.Amount);
            if (!Holds.ContainsKey(id) && ask.Amount > available)
                return Problems.Of(ErrorCodes.InsufficientCredits, $"This needs {ask.Amount} credits; {available} are available.",
                    facts: new Dictionary<string, object?> { ["credits_required"] = ask.Amount, ["credits_available"] = available });
            Holds[id] = ask;
            var limits = Limits.GetValueOrDefault(ask.AccountId, new JobLimits(3, 20, 10));
            held = new HoldAnswer(id, ask.Amount, available - ask.Amount, limits);
        }
        await AfterHold();
        return Results.Json(held);
    }

    /// <summary>Takes anything that begins with the name of its type.</summary>
    async Task<IResult> KeepAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var kept = new KeptFile(body.ToArray(), request.ContentType!, request.QueryString.Value!);
        Kept.Enqueue(kept);
        return Encoding.ASCII.GetString(kept.Bytes, 0, Math.Min(kept.Bytes.Length, kept.MediaType.Length)) == kept.MediaType
            ? Results.Json(AddAsset(Guid.Parse(request.Query["account_id"].ToString()), kept.MediaType.Split('/')[0], type: kept.MediaType))
            : Problems.OfField("file", $"It says that it is {kept.MediaType}, but its bytes are not.", ErrorCodes.InvalidMedia);
    }

    IResult Import(ImportAsset ask) => Pages.TryGetValue(ask.Url, out var asset)
        ? Results.Json(asset)
        : Problems.Of(ErrorCodes.InvalidMedia, "The URL did not serve an image.");

    IResult Catalog(HttpRequest request, HttpResponse response)
    {
        Interlocked.Increment(ref CatalogCalls);
        if (ProvidersIsAway) return Results.StatusCode(503);
        var tag = $"\"{Models.Sum(model => model.Price.Version)}-{Models.Count}\"";
        response.Headers.ETag = tag;
        return request.Headers.IfNoneMatch == tag ? Results.StatusCode(304) : Results.Json(new Providers.Contracts.Catalog(Models));
    }
}

internal sealed record KeptFile(byte[] Bytes, string MediaType, string Query);

/// <summary>Models made for the tests.</summary>
internal static class TestModels
{
    public static IReadOnlyList<CatalogModel> All { get; } =
    [
        Model("wan", "video", new PriceRule(3, 10, "81 frames", new PriceQuantity("length", 81), [], 10), """
            {"type":"object","additionalProperties":false,"required":["prompt"],"properties":{
              "prompt":{"type":"string","minLength":1,"maxLength":200},
              "image":{"type":"string","format":"asset","x-media":["image"]},
              "cfg":{"type":"number","minimum":1.0,"maximum":20.0,"default":7.5},
              "width":{"type":"integer","minimum":256,"maximum":1920,"multipleOf":8,"default":1280},
              "length":{"type":"integer","minimum":1,"maximum":257,"default":81},
              "resolution":{"type":"string","enum":["720p","1080p"],"default":"720p"},
              "sound":{"type":"boolean"}}}
            """),
        Model("join", "video", new PriceRule(1, 2, "second", new PriceQuantity("clips.duration_seconds"), [], 5), """
            {"type":"object","additionalProperties":false,"required":["clips"],"properties":{
              "clips":{"type":"array","minItems":2,"maxItems":10,"items":{"type":"string","format":"asset","x-media":["video"]}}}}
            """),
        Model("listen", "text", new PriceRule(1, 3, "minute", null, []), """
            {"type":"object","additionalProperties":false,"required":["video"],"properties":{
              "video":{"type":"string","format":"asset","x-media":["video"]}}}
            """) with { MediaRules = new MediaRules(SoundIn: ["video"]) },
        Model("whisper", "text", new PriceRule(1, 3, "minute", null, []), """{"type":"object","properties":{"prompt":{"type":"string"}}}"""),
        Model("quick", "video", new PriceRule(1, 5, "video", null, []), """{"type":"object","properties":{"prompt":{"type":"string"}}}""", deadlineSeconds: 1),
        Model("modes", "image", new PriceRule(1, 5, "video", null, []), """
            {"type":"object","properties":{"mode":{"type":"string","enum":["still","moving"],"default":"still"},
              "frames":{"type":"integer","default":24},"fps":{"type":"integer","default":8}}}
            """) with
        {
            KindBy = new KindRule("mode", new Dictionary<string, string> { ["moving"] = "video" }),
            Length = new LengthRule("frames", "fps"),
            Capabilities = JsonSerializer.Deserialize<JsonElement>("""{"min_duration_seconds":1,"max_duration_seconds":10}"""),
        },
        Model("wan-before", "video", new PriceRule(1, 5, "video", null, []), """
            {"type":"object","additionalProperties":false,"required":["prompt"],"properties":{
              "prompt":{"type":"string","maxLength":100},"cfg":{"type":"number"},"mood":{"type":"string","maxLength":9}}}
            """, active: false) with { Retirement = new ModelRetirement(new DateOnly(2026, 1, 1), new DateOnly(2026, 2, 1), "wan") },
        Model("wan-last", "video", new PriceRule(1, 5, "video", null, []),
            """{"type":"object","properties":{"prompt":{"type":"string"}}}""")
            with { Retirement = new ModelRetirement(new DateOnly(2026, 1, 1), new DateOnly(2099, 1, 1), "wan") },
        Model("gone", "video", new PriceRule(1, 5, "video", null, []), """{"type":"object"}""", active: false),
    ];

    static CatalogModel Model(string slug, string kind, PriceRule price, string schema, int deadlineSeconds = 600, bool active = true) => new(
        slug, slug, kind, slug, "local", "For tests.", price, JsonSerializer.Deserialize<JsonElement>(schema), ExpectedSeconds: 42, deadlineSeconds,
        JsonSerializer.Deserialize<JsonElement>("{}"), new Dictionary<string, string>(), active, Routes: null);
}
