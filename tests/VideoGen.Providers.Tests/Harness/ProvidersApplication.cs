using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>The real service in this process on a free loopback port, with a schema, a bus prefix and a work folder of its own.</summary>
internal sealed class ProvidersApplication : IAsyncDisposable
{
    readonly WebApplication _app;
    bool _owns = true;

    ProvidersApplication(ServiceSettings settings, TestDatabase database, JobsSide jobs, Action<IServiceCollection>? more)
    {
        (Settings, Database, Jobs) = (settings, database, jobs);
        _app = ProvidersService.Build([.. settings.Arguments], more);
    }

    public ServiceSettings Settings { get; }

    public TestDatabase Database { get; }

    public JobsSide Jobs { get; }

    public IServiceProvider Services => _app.Services;

    public string Address => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>As one of our own processes.</summary>
    public HttpClient Inside => field ??= Client(() => Token(caller: null));

    /// <summary>As some customer.</summary>
    public HttpClient Customer => field ??= ClientOf(CallerOf(isOperator: false));

    public HttpClient TestKey => field ??= ClientOf(CallerOf(isOperator: false) with { Test = true });

    public HttpClient Operator => field ??= ClientOf(CallerOf(isOperator: true));

    public HttpClient Anonymous => field ??= Client(token: null);

    /// <param name="settings">Names and values that differ from the usual ones.</param>
    public static Task<ProvidersApplication> StartAsync(params (string Name, string Value)[] settings) => StartAsync(more: null, settings);

    /// <param name="more">Connectors and the like beside the service's own.</param>
    public static async Task<ProvidersApplication> StartAsync(Action<IServiceCollection>? more, params (string Name, string Value)[] settings)
    {
        var jobs = await JobsSide.StartAsync();
        var database = await TestDatabase.CreateAsync("providers");
        var application = new ProvidersApplication(await ServiceSettings.CreateAsync(database, jobs.Prefix, settings), database, jobs, more);
        await application.Services.GetRequiredService<MigrationRunner>().RunAsync();
        await application._app.StartAsync();
        // Healthy means that the queues are bound; what is published before goes nowhere.
        await Eventually.ThatAsync(async () => (await application.Anonymous.GetAsync("/health")).IsSuccessStatusCode);
        return application;
    }

    /// <summary>A second instance on the same schema and bus, with a work folder of its own.</summary>
    public async Task<ProvidersApplication> AnotherAsync(params (string Name, string Value)[] settings)
    {
        var another = new ProvidersApplication(await ServiceSettings.CreateAsync(Database, Jobs.Prefix, settings), Database, Jobs, more: null) { _owns = false };
        await another._app.StartAsync();
        await Eventually.ThatAsync(async () => (await another.Anonymous.GetAsync("/health")).IsSuccessStatusCode);
        return another;
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Fetches an output as Storage does and reads what it is.</summary>
    public async Task<(byte[] Bytes, MediaFacts Facts)> FetchFactsAsync(GenerationOutput output)
    {
        using var response = await FetchAsync(output.Url!);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var path = Path.Combine(Settings.WorkFolder, Guid.NewGuid().ToString("n"));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        await File.WriteAllBytesAsync(path, bytes);
        var probed = await Get<MediaProbe>().ProbeAsync(path);
        Assert.That(probed, Is.TypeOf<ProbeResult.Ok>());
        return (bytes, ((ProbeResult.Ok)probed).Facts);
    }

    /// <summary>Fetches an output as Storage does.</summary>
    public Task<HttpResponseMessage> FetchAsync(Uri url) => Inside.GetAsync(url);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Settings.Dispose();
        if (!_owns) return;
        await Jobs.DisposeAsync();
        await Database.DisposeAsync();
    }

    string Token(Caller? caller) => ServiceSettings.Token(Services.GetRequiredService<TimeProvider>(), caller);

    static Caller CallerOf(bool isOperator) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), KeyId: null, Test: false, "free", [], isOperator);

    HttpClient ClientOf(Caller caller) => Client(() => Token(caller));

    HttpClient Client(Func<string>? token) => new(new TokenHandler(token)) { BaseAddress = new Uri(Address) };

    /// <summary>A token lives for a minute, a fixture may take longer: each request has a fresh one.</summary>
    sealed class TokenHandler(Func<string>? token) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (token is not null) request.Headers.Add(CallerToken.Header, token());
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>How a test starts the service, in this process or in one of its own.</summary>
internal sealed class ServiceSettings : IDisposable
{
    const string SigningKey = "a-signing-key-for-tests-of-40-characters";

    ServiceSettings(IReadOnlyList<string> arguments, string workFolder) => (Arguments, WorkFolder) = (arguments, workFolder);

    public static string CatalogFolder { get; } = FindCatalog();

    public IReadOnlyList<string> Arguments { get; }

    public string WorkFolder { get; }

    public static async Task<ServiceSettings> CreateAsync(TestDatabase database, string prefix, params IEnumerable<(string Name, string Value)> settings)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-providers-").FullName;
        return new ServiceSettings(
        [
            $"--ConnectionStrings:videogen={database.ConnectionString}", $"--ConnectionStrings:rabbitmq={await TestServers.RabbitMqAsync()}",
            $"--Database:Schema={database.Schema}", $"--Bus:Prefix={prefix}", $"--Caller:SigningKey={SigningKey}", $"--Catalog:Folder={CatalogFolder}",
            $"--Providers:WorkFolder={folder}", "--Providers:Simulate=true", "--Connectors:Simulator:Preset=ultrafast", "--Connectors:MediaTools:Preset=ultrafast",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:VideoGen.Providers=Error", "--urls=http://127.0.0.1:0",
            .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
        ], folder);
    }

    public static string Token(TimeProvider time, Caller? caller) =>
        new CallerToken(Options.Create(new CallerOptions { SigningKey = SigningKey }), time).Issue(caller);

    public void Dispose() => Directory.Delete(WorkFolder, recursive: true);

    static string FindCatalog()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "catalog", "models"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("There is no catalog/models above the tests."), "catalog");
    }
}
