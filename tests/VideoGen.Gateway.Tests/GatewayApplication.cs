using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Tests;

/// <summary>The real gateway on a port of loopback, in front of scripted services.</summary>
internal sealed class GatewayApplication : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ErrorLog _log;

    GatewayApplication(WebApplication app, FakeServices services, Uri address, ErrorLog log)
    {
        _log = log;
        _app = app;
        Services = services;
        Address = address;
        Http = NewClient(address);
    }

    public FakeServices Services { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>What the gateway has logged as an error.</summary>
    public IReadOnlyCollection<string> Errors => _log.Entries;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<GatewayApplication> StartAsync(params string[] settings) => StartAsync(time: null, settings);

    /// <param name="settings">As <c>Section:Name=value</c>.</param>
    public static async Task<GatewayApplication> StartAsync(TimeProvider? time, params string[] settings)
    {
        var services = await FakeServices.StartAsync();
        if (time is not null) services.Limits = new FakeLimits(time);
        string[] all =
        [
            "urls=http://127.0.0.1:0", $"Caller:SigningKey={TestCredentials.CallerKey}", $"Jwt:SigningKey={TestCredentials.JwtKey}",
            .. services.Addresses.Select(one => $"services:{one.Key}:http:0={one.Value}"),
            "Gateway:Limits:FailedCredentialsPerMinute=100000", "Gateway:Limits:PublicReadsPerMinute=100000",
            .. settings,
        ];
        var log = new ErrorLog();
        var app = GatewayHost.Build([.. all.Select(setting => "--" + setting)], builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            if (time is not null) builder.Services.AddSingleton(time);
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new GatewayApplication(app, services, new Uri(address), log);
    }

    public static HttpClient NewClient(Uri address) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = address };

    /// <summary>The caller that a request to a service stood for, or null when it carried none.</summary>
    public async Task<Caller?> CallerOfAsync(ReceivedRequest request) =>
        request.Headers.TryGetValue(CallerToken.Header, out var token) && await Get<CallerToken>().VerifyAsync(token) is { IsValid: true } verdict ? verdict.Caller : null;

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? bearer = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        foreach (var (name, value) in headers) Assert.That(request.Headers.TryAddWithoutValidation(name, value), Is.True, name);
        return Http.SendAsync(request);
    }

    public async Task<HttpStatusCode> StatusOfAsync(string path, string? bearer = null)
    {
        using var response = await SendAsync(HttpMethod.Get, path, bearer);
        return response.StatusCode;
    }

    public void ClearErrors() => _log.Clear();

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        await Services.DisposeAsync();
    }
}
