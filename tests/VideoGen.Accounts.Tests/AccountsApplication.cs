using System.Net.Http.Headers;
using System.Net.Http.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Users;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests;

/// <summary>The real service on a free loopback port, with a schema and a bus prefix of its own.</summary>
internal sealed class AccountsApplication : IAsyncDisposable
{
    public const string SigningKey = "a-signing-key-for-tests-of-40-characters";

    readonly string _prefix = TestServers.NewBusPrefix("accounts");
    readonly WebApplication _app;

    AccountsApplication(TestDatabase database, string rabbitMq, IEnumerable<(string Name, string Value)> settings)
    {
        Database = database;
        _app = AccountsService.Build(
        [
            $"--ConnectionStrings:videogen={database.ConnectionString}", $"--ConnectionStrings:rabbitmq={rabbitMq}",
            $"--Database:Schema={database.Schema}", $"--Bus:Prefix={_prefix}", $"--Caller:SigningKey={SigningKey}", $"--Jwt:SigningKey={SigningKey}",
            $"--Catalog:Folder={CatalogFolder}", "--Accounts:Users:PasswordIterations=100000", "--Logging:LogLevel:Default=Warning",
            "--Logging:LogLevel:VideoGen.Accounts=Error", "--Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks=None", "--urls=http://127.0.0.1:0",
            .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
        ]);
    }

    public static string CatalogFolder { get; } = FindCatalog();

    public TestDatabase Database { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Without a caller token.</summary>
    public HttpClient Anonymous { get; private set; } = new();

    /// <summary>As one of our own processes.</summary>
    public HttpClient Inside { get; private set; } = new();

    /// <summary>As an operator.</summary>
    public HttpClient Operator { get; private set; } = new();

    /// <summary>Everything but the running: stores and decisions on a migrated schema, with no worker in the background.</summary>
    public static async Task<AccountsApplication> PrepareAsync(params (string Name, string Value)[] settings)
    {
        var application = new AccountsApplication(await TestDatabase.CreateAsync("accounts"), await TestServers.RabbitMqAsync(), settings);
        await application._app.Services.GetRequiredService<MigrationRunner>().RunAsync();
        return application;
    }

    public static async Task<AccountsApplication> StartAsync(params (string Name, string Value)[] settings)
    {
        var application = await PrepareAsync(settings);
        try
        {
            await application.RunAsync();
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    async Task RunAsync()
    {
        await _app.StartAsync();
        Anonymous = Client(token: null);
        Inside = Client(Token(caller: null));
        Operator = As(new Caller(Guid.CreateVersion7(), Guid.CreateVersion7(), KeyId: null, Test: false, "pro", Scope.All, IsOperator: true));
        // The bus connects in the background; a message sent before its queues exist would go nowhere.
        await Eventually.ThatAsync(async () => (await Anonymous.GetAsync("/health")).IsSuccessStatusCode, TimeSpan.FromMinutes(1));
    }

    public string Token(Caller? caller) => Services.GetRequiredService<CallerToken>().Issue(caller);

    public HttpClient As(Caller caller) => Client(Token(caller));

    /// <summary>As a signed-in user of the account.</summary>
    public HttpClient As(Guid accountId) => As(CallerOf(accountId));

    public static Caller CallerOf(Guid accountId) => new(
        accountId, Guid.CreateVersion7(), KeyId: null, Test: false, "free", Scope.All, IsOperator: false, SeesBoth: true);

    public HttpClient Client(string? token)
    {
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var client = new HttpClient { BaseAddress = new Uri(address) };
        if (token is not null) client.DefaultRequestHeaders.Add(CallerToken.Header, token);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return client;
    }

    /// <summary>Opens an account without the cost of a password.</summary>
    public Task<Guid> OpenAccountAsync(string plan = "free", string? email = null) =>
        OpenAccountAsync(Services.GetRequiredService<PlanCatalog>().Find(plan), email);

    public async Task<Guid> OpenAccountAsync(Plan plan, string? email = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        var opened = new NewAccount(email ?? $"{Guid.NewGuid():n}@example.com", "Somebody", PasswordHash: null, plan, IsOperator: false);
        var id = await Services.GetRequiredService<AccountOpening>().OpenAsync(work, opened, CancellationToken.None);
        await work.CommitAsync();
        return id ?? throw new InvalidOperationException("The e-mail address is taken.");
    }

    public Task<HttpResponseMessage> HoldAsync(Guid jobId, Guid accountId, long amount, int expiresSeconds = 300) =>
        Inside.PutAsJsonAsync($"/internal/holds/{jobId}", new HoldRequest(accountId, amount, expiresSeconds, "wan2.1"), ApiJson.Options);

    public async Task<CreditsView> CreditsAsync(Guid accountId) =>
        (await Inside.GetFromJsonAsync<AccountView>($"/internal/accounts/{accountId}", ApiJson.Options))!.Credits;

    /// <summary>Every movement of the account, oldest first.</summary>
    public async Task<List<LedgerEntry>> LedgerAsync(Guid accountId)
    {
        var entries = await Services.GetRequiredService<LedgerReadStore>().ListAsync(accountId, long.MaxValue, kind: null, jobId: null, 10_000, CancellationToken.None);
        entries.Reverse();
        return entries;
    }

    /// <summary>The kinds of the account's movements after its first monthly grant, oldest first.</summary>
    public async Task<string> StoryAsync(Guid accountId) =>
        string.Join(' ', (await LedgerAsync(accountId)).Skip(1).Select(entry => $"{entry.Kind}:{entry.Credits}"));

    public async Task<LedgerCheckAnswer> CheckLedgerAsync() =>
        (await Operator.GetFromJsonAsync<LedgerCheckAnswer>("/admin/v1/ledger/check", ApiJson.Options))!;

    /// <summary>Every route the service has, and whether it is open to anybody.</summary>
    public IEnumerable<(string Pattern, bool Open)> Routes() => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Select(endpoint => ("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), endpoint.Metadata.GetMetadata<OpenToPublic>() is not null));

    public Task SendAsync<T>(T message, Guid? messageId = null) where T : class =>
        Services.GetRequiredService<IBus>().Publish(message, context => context.MessageId = messageId ?? NewId.NextGuid());

    /// <summary>Collects the messages of a type that the service publishes from now on.</summary>
    public async Task<System.Collections.Concurrent.ConcurrentQueue<T>> ListenAsync<T>() where T : class
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<T>();
        var handle = Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint(new TemporaryEndpointDefinition(), KebabCaseEndpointNameFormatter.Instance,
            endpoint => endpoint.Handler<T>(context =>
            {
                seen.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        await handle.Ready;
        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in new[] { Anonymous, Inside, Operator }) client.Dispose();
        var endpoints = Services.GetRequiredService<IBusControl>().CheckHealth().Endpoints.Values.Select(endpoint => endpoint.InputAddress?.AbsolutePath.Trim('/'));
        await _app.StopAsync();
        await _app.DisposeAsync();
        await BrokerCleanup.RemoveAsync(await TestServers.RabbitMqAsync(), _prefix, [.. endpoints.OfType<string>()]);
        await Database.DisposeAsync();
    }

    static string FindCatalog()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "catalog", "plans.json"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("There is no catalog/plans.json above the tests."), "catalog");
    }
}
