using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Tests.Connectors.Http;

/// <summary>Some vendor, which wants its key in the query as well.</summary>
internal sealed class AcmeOptions : VendorHttpOptions
{
    public override string Vendor => "Acme";

    public override void Authorize(HttpRequestMessage request)
    {
        base.Authorize(request);
        request.RequestUri = new Uri($"{request.RequestUri}?key={Uri.EscapeDataString(ApiKey)}");
    }
}

/// <summary>The client of that vendor as the service registers it, and what it logs.</summary>
internal sealed class VendorClient : IDisposable, ILoggerProvider
{
    readonly ServiceProvider _services;

    public VendorClient(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"Connectors:Acme:{one.Name}", (string?)one.Value))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));
        services.AddVendorHttp<AcmeOptions>("Acme");
        _services = services.BuildServiceProvider();
    }

    public VendorHttp<AcmeOptions> Http => _services.GetRequiredService<VendorHttp<AcmeOptions>>();

    public ConcurrentQueue<string> Logged { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Lines(Logged);

    public void Dispose() => _services.Dispose();

    sealed class Lines(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
