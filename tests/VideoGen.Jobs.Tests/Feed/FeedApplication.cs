using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Live;
using VideoGen.Jobs.Webhooks;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Feed;

/// <summary>Feed, live updates and webhooks of Jobs on a real server, database and bus, without the rest of the service.</summary>
internal sealed class FeedApplication : IAsyncDisposable
{
    public const string SigningKey = "a signing key of the tests, long enough to be accepted";

    readonly WebApplication _app;
    readonly TestDatabase? _own;

    FeedApplication(WebApplication app, TestDatabase database, string prefix, bool owns)
    {
        (_app, Database, Prefix, _own) = (app, database, prefix, owns ? database : null);
    }

    public TestDatabase Database { get; }

    public string Prefix { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address { get; private set; } = null!;

    public JobSignals Signals => Services.GetRequiredService<JobSignals>();

    public FeedReadStore Reader => Services.GetRequiredService<FeedReadStore>();

    public static Task<FeedApplication> StartAsync(string name, params (string Key, string Value)[] settings) => StartAsync(name, run: true, settings);

    /// <param name="run">False: migrated and able to append, but nothing of it runs: no deliveries, no dispatch.</param>
    public static async Task<FeedApplication> StartAsync(string name, bool run, params (string Key, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(name);
        return await StartAsync(database, TestServers.NewBusPrefix(name).TrimEnd('-'), owns: true, run, settings);
    }

    /// <summary>A second instance on the same schema, with the same bus prefix unless another is given.</summary>
    public Task<FeedApplication> AnotherAsync(string? prefix = null, params (string Key, string Value)[] settings) =>
        StartAsync(Database, prefix ?? Prefix, owns: false, run: true, settings);

    static async Task<FeedApplication> StartAsync(TestDatabase database, string prefix, bool owns, bool run, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:videogen"] = await TestServers.PostgresAsync(),
            ["ConnectionStrings:rabbitmq"] = await TestServers.RabbitMqAsync(),
            ["Database:Schema"] = database.Schema,
            ["Bus:Prefix"] = prefix,
            ["Caller:SigningKey"] = SigningKey,
            ["Egress:AllowNetworks:0"] = "127.0.0.0/8",
            ["Jobs:Webhooks:Schedule:0"] = "00:00:00",
            ["Jobs:Webhooks:Schedule:1"] = "00:00:00.2",
            ["Jobs:Webhooks:Schedule:2"] = "00:00:00.2",
            ["Jobs:Webhooks:Timeout"] = "00:00:03",
            ["Jobs:Live:Poll"] = "00:00:00.5",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("jobs");
        builder.AddPostgres("jobs", typeof(FeedStore).Assembly);
        builder.AddFeed();
        builder.AddWebhooks();
        builder.AddLive();
        builder.AddBus(bus => bus.AddLiveConsumers());

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapFeed();
        app.MapWebhooks();
        app.MapLive();
        await app.Services.GetRequiredService<MigrationRunner>().RunAsync(CancellationToken.None);
        var application = new FeedApplication(app, database, prefix, owns);
        if (!run) return application;
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
        application.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return application;
    }

    /// <summary>A client that calls as this account; by default with every scope of this part.</summary>
    public HttpClient As(Guid account, params string[] scopes)
    {
        string[] granted = scopes.Length > 0 ? scopes : ["jobs:read", "webhooks:read", "webhooks:write"];
        return As(new Caller(account, UserId: null, KeyId: Guid.NewGuid(), Test: false, Plan: "free", granted, IsOperator: false));
    }

    /// <summary>A client with a key of this world of the account; with a session that sees both when null.</summary>
    public HttpClient In(Guid account, bool? test) => As(new Caller(
        account, UserId: test is null ? Guid.NewGuid() : null, KeyId: test is null ? null : Guid.NewGuid(), test ?? false, Plan: "free",
        ["jobs:read", "webhooks:read", "webhooks:write"], IsOperator: false, SeesBoth: test is null));

    HttpClient As(Caller caller)
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Add(CallerToken.Header, Services.GetRequiredService<CallerToken>().Issue(caller));
        return http;
    }

    /// <summary>Appends in a transaction of its own.</summary>
    public async Task AppendAsync(Guid account, string type, JobView job, string? webhookUrl = null, bool test = false)
    {
        await using var scope = Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        await scope.ServiceProvider.GetRequiredService<FeedStore>().AppendAsync(
            work, new FeedEntry(type, job with { Test = test }, account, webhookUrl, test), CancellationToken.None);
        await work.CommitAsync();
    }

    /// <summary>The row of table job that a live stream asks for.</summary>
    public Task KeepJobAsync(Guid account, Guid job) => Database.ExecuteAsync(
        """
        insert into job (id, account_id, test, model, kind, input, assets, metadata, priority, price, price_version, deadline_seconds, deadline_at)
        values ($1, $2, false, 'wan2.1', 'video', '{}', '[]', '{}', 0, 5, 1, 600, now())
        """, job, account);

    public Task EndJobAsync(Guid job) => Database.ExecuteAsync(
        "update job set status = 'failed', error_code = 'provider_failed', ended_at = now() where id = $1", job);

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        if (_own is not null) await _own.DisposeAsync();
    }
}

internal static class Jobs
{
    /// <summary>A job as an event shows it.</summary>
    public static JobView New(Guid? id = null, string status = JobStatus.Queued, long version = 1, string prompt = "a café ✓ by night") => new(
        id ?? Guid.CreateVersion7(), status, "wan2.1", "video", Test: false, JsonSerializer.SerializeToElement(new { prompt }),
        new JobProgress(0, "queued", Message: null), QueuePosition: null, Output: null, Error: null, new JobCredits(5, 0, 1), Provider: null, Priority: 0,
        new Dictionary<string, string>(), DateTimeOffset.UtcNow, StartedAt: null, EndedAt: null, version,
        new JobLinks("https://videogen.example.com/v1/jobs/1", "https://videogen.example.com/v1/jobs/1/events", "https://videogen.example.com/v1/jobs/1/cancel"));
}

internal static class HttpAnswers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, int expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(expected), text);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient http, string path) => await (await http.GetAsync(path)).JsonAsync(200);

    public static Task<HttpResponseMessage> PostAsync(this HttpClient http, string path, object body) => http.PostAsJsonAsync(path, body, ApiJson.Options);
}
