using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Harness;

/// <summary>The real Jobs service on a free loopback port, with a schema and a bus prefix of its own, and everybody else scripted.</summary>
internal sealed class JobsApplication : IAsyncDisposable
{
    const string SigningKey = "a-signing-key-for-tests-of-40-characters";

    readonly string[] _arguments;
    readonly bool _owns;
    WebApplication _app;

    JobsApplication(string[] arguments, TestDatabase database, OtherServices others, BusSide bus, bool owns)
    {
        (_arguments, Database, Others, Bus, _owns) = (arguments, database, others, bus, owns);
        _app = JobsService.Build(arguments);
    }

    public TestDatabase Database { get; }

    public OtherServices Others { get; }

    public BusSide Bus { get; }

    public IServiceProvider Services => _app.Services;

    public string Address => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="settings">Names and values that differ from the usual ones.</param>
    public static async Task<JobsApplication> StartAsync(string name, params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(name);
        var others = await OtherServices.StartAsync(TestModels.All);
        var bus = await BusSide.StartAsync(name);
        string[] arguments =
        [
            $"--ConnectionStrings:videogen={database.ConnectionString}", $"--ConnectionStrings:rabbitmq={await TestServers.RabbitMqAsync()}",
            $"--Database:Schema={database.Schema}", $"--Bus:Prefix={bus.Prefix}", $"--Caller:SigningKey={SigningKey}", $"--Links:SigningKey={SigningKey}",
            "--Links:PublicUrl=http://gateway.example", $"--services:accounts:http:0={others.Address}", $"--services:providers:http:0={others.Address}",
            $"--services:storage:http:0={others.Address}", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:MassTransit=Error",
            "--urls=http://127.0.0.1:0", .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
        ];
        var application = new JobsApplication(arguments, database, others, bus, owns: true);
        await application.RunAsync();
        return application;
    }

    /// <summary>A second instance on the same schema and bus.</summary>
    public async Task<JobsApplication> AnotherAsync()
    {
        var another = new JobsApplication(_arguments, Database, Others, Bus, owns: false);
        await another.RunAsync();
        return another;
    }

    public async Task RestartAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = JobsService.Build(_arguments);
        await RunAsync(awaitCatalog: false);
    }

    public TestAccount Account(bool test = false, bool isOperator = false, JobLimits? limits = null, Guid? id = null, params string[] scopes)
    {
        var account = new TestAccount(this, id ?? Guid.CreateVersion7(), test, isOperator, scopes is [] ? [.. Scope.All] : scopes);
        if (limits is not null) Others.Limits[account.Id] = limits;
        return account;
    }

    public string Token(Caller? caller) =>
        new CallerToken(Options.Create(new CallerOptions { SigningKey = SigningKey }), TimeProvider.System).Issue(caller);

    /// <summary>What the operator's checks find; empty when all is well.</summary>
    public async Task<IReadOnlyList<CheckView>> FaultsAsync()
    {
        var checks = await Account(isOperator: true).Client.GetFromJsonAsync<ChecksView>("/admin/v1/checks", ApiJson.Options);
        return [.. checks!.Checks.Where(check => check.Count > 0)];
    }

    /// <summary>The kinds of a job's feed rows, in order.</summary>
    public async Task<string> FeedOfAsync(Guid jobId) => await Database.ScalarAsync<string>(
        "select coalesce(string_agg(replace(type, 'job.', ''), ' ' order by job_version), '') from feed_event where job_id = $1", jobId) ?? "";

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_owns) return;
        await Bus.DisposeAsync();
        await Others.DisposeAsync();
        await Database.DisposeAsync();
    }

    async Task RunAsync(bool awaitCatalog = true)
    {
        await Services.GetRequiredService<MigrationRunner>().RunAsync();
        await _app.StartAsync();
        // A bus that is stopped while it still connects would go on consuming in this process, without the services it needs.
        await Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        if (awaitCatalog)
            await Eventually.ThatAsync(() => Services.GetRequiredService<Catalog.ModelCatalog>().Current is not null, because: "the catalogue comes");
    }
}

/// <summary>One customer's credential.</summary>
internal sealed class TestAccount(JobsApplication app, Guid id, bool test, bool isOperator, IReadOnlyList<string> scopes)
{
    /// <summary>How long the plan of each of them keeps files.</summary>
    public const int RetentionDays = 30;

    public Guid Id => id;

    public HttpClient Client
    {
        get
        {
            if (field is not null) return field;
            // Fresh for each fixture; a token lives a minute, and the handler makes a new one for each request.
            field = new HttpClient(new TokenHandler(() => app.Token(new Caller(id, null, Guid.CreateVersion7(), test, "free", scopes, isOperator, RetentionDays))))
            {
                BaseAddress = new Uri(app.Address),
                Timeout = TimeSpan.FromMinutes(2),
            };
            return field;
        }
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? key = null, string path = "/v1/jobs", string contentType = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(object body, string? key = null, string path = "/v1/jobs") =>
        PostAsync(JsonSerializer.Serialize(body, ApiJson.Options), key, path);

    /// <summary>Submits and expects 202.</summary>
    public async Task<JobView> SubmitAsync(object? body = null, string? key = null)
    {
        using var response = await PostAsync(body ?? new { model = "wan", input = new { prompt = "a cat" } }, key);
        Assert.That((int)response.StatusCode, Is.EqualTo(202), await response.Content.ReadAsStringAsync());
        return await ReadAsync<JobView>(response);
    }

    /// <summary>Submits and expects a refusal.</summary>
    public async Task<Problem> RefusedAsync(string body, int status, string? key = null)
    {
        using var response = await PostAsync(body, key);
        Assert.That((int)response.StatusCode, Is.EqualTo(status), await response.Content.ReadAsStringAsync());
        return await ReadAsync<Problem>(response);
    }

    public async Task<JobView> GetAsync(Guid jobId) => (await Client.GetFromJsonAsync<JobView>($"/v1/jobs/{jobId}", ApiJson.Options))!;

    /// <summary>The job once it has ended.</summary>
    public async Task<JobView> EndOfAsync(Guid jobId)
    {
        var job = await Client.GetFromJsonAsync<JobView>($"/v1/jobs/{jobId}?wait=20s", ApiJson.Options);
        Assert.That(JobStatus.Ends, Does.Contain(job!.Status), $"job {jobId} has not ended; commands: {app.Bus.NamesOf(jobId)}");
        return job;
    }

    public Task StatusAsync(Guid jobId, string status) => Eventually.ThatAsync(
        async () => (await GetAsync(jobId)).Status == status, because: $"job {jobId} becomes {status}");

    public Task<HttpResponseMessage> CancelAsync(Guid jobId) => Client.PostAsync($"/v1/jobs/{jobId}/cancel", content: null);

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<T>(ApiJson.Options))!;

    sealed class TokenHandler(Func<string> token) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add(CallerToken.Header, token());
            return base.SendAsync(request, cancellationToken);
        }
    }
}
