using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using VideoGen.Durability;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.ServiceDefaults.Bus;

/// <summary>
/// The bus of a process that only listens and keeps nothing: one temporary queue an instance, without inbox, outbox or
/// database. What is published while the process or the broker is away is missed, so whoever uses this must be right
/// without the message too, only later.
/// </summary>
public static class ListeningBusExtensions
{
    /// <summary>
    /// Every consumer added here receives each event in every instance. The process starts and stays healthy without the
    /// broker (its health is then <c>degraded</c>) and connects when it comes back.
    /// </summary>
    /// <returns>False when no connection string <c>rabbitmq</c> is configured; then nothing was added.</returns>
    public static bool AddListeningBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        if (builder.Configuration.GetConnectionString("rabbitmq") is not { Length: > 0 } connection) return false;

        var options = builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>() ?? new BusOptions();
        builder.Services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(options.Prefix, includeNamespace: false));
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            bus.AddBusWatch();
            bus.DisableUsageTelemetry(); // it would tell MassTransit's makers about every process
            bus.AddConsumeObserver<JobMessageObserver>();
            configure(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(connection));
                if (options.Prefix.Length > 0)
                    rabbit.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, options.Prefix + "-"));
                rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(tag: "listener"), endpoint =>
                {
                    // Nothing is lost with a message, and each is handled in no time.
                    endpoint.PrefetchCount = 256;
                    endpoint.ConfigureConsumers(context);
                });
            });
        });
        return true;
    }
}
