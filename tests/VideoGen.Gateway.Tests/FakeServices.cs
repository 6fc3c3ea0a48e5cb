using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Tests;

/// <summary>
/// The services as scripted ones on loopback, each on a port of its own. Whatever is not scripted is answered with 404 as a
/// problem; what came in is kept.
/// </summary>
internal sealed class FakeServices : IAsyncDisposable
{
    public static readonly string[] Names = ["accounts", "jobs", "providers", "storage", "web"];

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _scripts = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Identity> _keys = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<Guid, Identity> _users = new();
    readonly ConcurrentQueue<ReceivedRequest> _received = new();
    Dictionary<int, string> _ports = [];

    FakeServices(WebApplication app) => _app = app;

    public IReadOnlyList<ReceivedRequest> Received => [.. _received];

    public IReadOnlyDictionary<string, string> Addresses => _ports.ToDictionary(port => port.Value, port => $"http://127.0.0.1:{port.Key}", StringComparer.Ordinal);

    /// <summary>When set, an identity is given only when this has ended; to hold look-ups up.</summary>
    public Task? IdentityGate { get; set; }

    /// <summary>What Accounts counts for all gateways, unless <c>/internal/limits/take</c> is scripted.</summary>
    public FakeLimits Limits { get; set; } = new(TimeProvider.System);

    public static async Task<FakeServices> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var _ in Names) kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        var services = new FakeServices(builder.Build());
        services._app.Run(services.AnswerAsync);
        await services._app.StartAsync();
        services._ports = services._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select((address, index) => (new Uri(address).Port, Names[index])).ToDictionary();
        return services;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>Scripts a service's route; the path may end in <c>*</c>.</summary>
    public void On(string service, string method, string path, Func<HttpContext, Task> answer) => _scripts[$"{service} {method} {path}"] = answer;

    public void On(string service, string method, string path, int status, object body, params (string Name, string Value)[] headers) => On(service, method, path, context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        context.Response.ContentType = status >= 400 ? Problems.ContentType : "application/json";
        return context.Response.WriteAsync(body as string ?? JsonSerializer.Serialize(body, ApiJson.Options));
    });

    public void Refuse(string service, string method, string path, Problem problem, TimeSpan? retryAfter = null) =>
        On(service, method, path, context => Problems.WriteAsync(context, problem, retryAfter));

    public void ClearReceived() => _received.Clear();

    public void ClearScripts() => _scripts.Clear();

    /// <summary>A new API key of a new account.</summary>
    public string AddKey(Func<Identity, Identity>? change = null)
    {
        var key = TestCredentials.NewApiKey();
        _keys[key] = (change ?? (identity => identity))(NewIdentity() with { KeyId = Guid.CreateVersion7() });
        return key;
    }

    public Identity IdentityOf(string key) => _keys[key];

    public void SetIdentity(string key, Identity identity) => _keys[key] = identity;

    public void RemoveKey(string key) => _keys.TryRemove(key, out _);

    public Guid AddUser(Func<Identity, Identity>? change = null)
    {
        var identity = (change ?? (one => one))(NewIdentity() with { UserId = Guid.CreateVersion7() });
        _users[identity.UserId!.Value] = identity;
        return identity.UserId.Value;
    }

    static Identity NewIdentity() => new(
        Guid.CreateVersion7(), UserId: null, KeyId: null, Test: false, "creator", Scope.All, IsOperator: false, new RateLimits(600, 6000), ExpiresAt: null);

    async Task AnswerAsync(HttpContext context)
    {
        var service = _ports[context.Connection.LocalPort];
        var request = context.Request;
        using var copy = new MemoryStream();
        if (!IsStreaming(service, request)) await request.Body.CopyToAsync(copy);
        var received = new ReceivedRequest(service, request.Method, request.Path + request.QueryString,
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetString(copy.ToArray()));
        _received.Enqueue(received);
        if (copy.Length > 0) request.Body = new MemoryStream(copy.ToArray());

        if (ScriptOf(service, request) is { } script) await script(context);
        else if (service == "accounts" && IsIdentity(request)) await IdentifyAsync(context);
        else if (service == "accounts" && request.Path == "/internal/limits/take")
            await context.Response.WriteAsJsonAsync(Limits.Take((await request.ReadFromJsonAsync<TakeLimit>(ApiJson.Options))!), ApiJson.Options);
        else await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.NotFound));
    }

    /// <summary>A script that is registered with the method <c>STREAM</c> reads the body itself.</summary>
    bool IsStreaming(string service, HttpRequest request) => _scripts.ContainsKey($"{service} STREAM {request.Path}");

    Func<HttpContext, Task>? ScriptOf(string service, HttpRequest request)
    {
        var path = request.Path.Value!;
        foreach (var method in (ReadOnlySpan<string>)["STREAM", request.Method, "*"])
            if (_scripts.TryGetValue($"{service} {method} {path}", out var exact)) return exact;
        if (IsIdentity(request)) return null;
        return _scripts.Where(script => script.Key.EndsWith('*') && script.Key.Split(' ') is [var owner, var method, var pattern]
                && owner == service && (method == "*" || method == request.Method) && path.StartsWith(pattern[..^1], StringComparison.Ordinal))
            .OrderByDescending(script => script.Key.Length).FirstOrDefault().Value;
    }

    static bool IsIdentity(HttpRequest request) => request.Path.StartsWithSegments("/internal/identities");

    async Task IdentifyAsync(HttpContext context)
    {
        if (IdentityGate is { } gate) await gate;
        Identity? identity;
        if (context.Request.Path.StartsWithSegments("/internal/identities/by-user", out var rest)) identity = _users.GetValueOrDefault(Guid.Parse(rest.Value![1..]));
        else identity = _keys.GetValueOrDefault((await context.Request.ReadFromJsonAsync<KeyLookup>(ApiJson.Options))!.ApiKey);
        if (identity is null) await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.NotFound));
        else await context.Response.WriteAsJsonAsync(identity, ApiJson.Options);
    }
}

internal sealed record ReceivedRequest(string Service, string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
