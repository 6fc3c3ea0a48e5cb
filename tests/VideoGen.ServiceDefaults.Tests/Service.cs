using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.ServiceDefaults.Tests;

/// <summary>A service with the defaults and nothing else, on a loopback port.</summary>
sealed class Service : IAsyncDisposable
{
    public const string SigningKey = "a-secret-of-the-tests-that-is-long-enough";

    readonly WebApplication _app;

    Service(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    public CallerToken Tokens => _app.Services.GetRequiredService<CallerToken>();

    public static async Task<Service> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null, Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Configuration["Caller:SigningKey"] = SigningKey;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("tests");
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        map(app);
        await app.StartAsync();
        return new Service(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
