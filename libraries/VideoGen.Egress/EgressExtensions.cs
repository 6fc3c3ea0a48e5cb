using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace VideoGen.Egress;

public static class EgressExtensions
{
    /// <summary>Registers <see cref="EgressPolicy"/>, <see cref="EgressGuard"/> and <see cref="EgressClient"/> with the options of section <c>Egress</c>.</summary>
    public static IServiceCollection AddEgress(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(EgressClient))) return services;
        services.AddOptions<EgressOptions>().BindConfiguration(EgressOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EgressOptions>, EgressOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<INameResolver, SystemNameResolver>();
        services.AddSingleton(provider => new EgressPolicy(provider.GetRequiredService<IOptions<EgressOptions>>().Value));
        services.AddSingleton<EgressGuard>();
        services.AddSingleton(provider => new EgressClient(
            EgressHandler.Create(provider.GetRequiredService<EgressPolicy>(), provider.GetRequiredService<INameResolver>(), EgressHandler.DialAsync),
            provider.GetRequiredService<EgressPolicy>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<EgressNotice>();
        return services;
    }
}

/// <summary>Says at start what the operator has opened, so that nobody opens it without knowing.</summary>
sealed partial class EgressNotice(IOptions<EgressOptions> options, ILogger<EgressNotice> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AllowNetworks is { Length: > 0 } networks) Log.Opened(log, string.Join(", ", networks));
        if (options.Value.AllowAnyPort) Log.AnyPort(log);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Requests to customers' URLs may reach these networks that are not public: {Networks}")]
        public static partial void Opened(ILogger log, string networks);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Requests to customers' URLs may use any port")]
        public static partial void AnyPort(ILogger log);
    }
}
