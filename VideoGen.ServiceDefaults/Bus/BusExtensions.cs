using System.ComponentModel.DataAnnotations;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VideoGen.Durability;
using VideoGen.Durability.DeadLetters;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.ServiceDefaults.Bus;

/// <summary>
/// The bus as every service uses it: RabbitMQ at connection string <c>rabbitmq</c>, quorum queues with a dead-letter exchange
/// and at-least-once dead-lettering, publisher confirms, a small prefetch, inbox and outbox from VideoGen.Durability.
/// </summary>
public static class BusExtensions
{
    /// <param name="configure">Adds the service's consumers and sagas.</param>
    public static IHostApplicationBuilder AddBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        var options = builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>() ?? new BusOptions();
        var connection = builder.Configuration.GetConnectionString("rabbitmq")
            ?? throw new InvalidOperationException("Set ConnectionStrings__rabbitmq, for example amqp://user:password@127.0.0.1:5672/");
        builder.Services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(options.Prefix, includeNamespace: false));
            bus.AddDurability();
            bus.AddDeadLetters();
            bus.DisableUsageTelemetry(); // it would tell MassTransit's makers about every process
            bus.AddConsumeObserver<JobMessageObserver>();
            configure(bus);
            bus.AddConfigureEndpointsCallback((context, name, endpoint) => ConfigureEndpoint(context, name, endpoint, options));
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.DurableHost(context, new Uri(connection));
                if (options.Prefix.Length > 0)
                    rabbit.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, options.Prefix + "-"));
                rabbit.UseDurableScheduler(context);
                rabbit.ConfigureEndpoints(context);
            });
        });
        return builder;
    }

    static void ConfigureEndpoint(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint, BusOptions options)
    {
        // A temporary endpoint (live updates) is neither durable nor guarded: losing it loses nothing.
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit || IsTemporary(endpoint.InputAddress)) return;

        rabbit.SetQuorumQueue();
        rabbit.SetQueueArgument("x-dead-letter-exchange", name + "_dead");
        rabbit.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        rabbit.SetQueueArgument("x-overflow", "reject-publish");
        rabbit.BindDeadLetterQueue(name + "_dead", name + "_dead", dead => dead.SetQueueArgument("x-queue-type", "quorum"));
        endpoint.PrefetchCount = options.Prefetch;
        endpoint.ConcurrentMessageLimit = options.Concurrency;
        endpoint.UseDurability(context);
        endpoint.UseDeadLetters(context, name);
    }

    // The configurator tells only by its address what kind of queue it will declare.
    static bool IsTemporary(Uri address) =>
        address.Query.Contains("temporary=true", StringComparison.Ordinal)
        || address.Query.Contains("autodelete=true", StringComparison.Ordinal)
        || address.Query.Contains("durable=false", StringComparison.Ordinal);
}

/// <summary>Section <c>Bus</c>.</summary>
public sealed class BusOptions
{
    public const string Section = "Bus";

    /// <summary>Put before every queue and exchange name, so that several systems share a broker. Default none.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Unacknowledged messages an endpoint may hold. Small, because a crash counts against each of them. Default 16.</summary>
    [Range(1, 10_000)]
    public int Prefetch { get; set; } = 16;

    /// <summary>Messages an endpoint handles at once; each holds a database connection. Default 8.</summary>
    [Range(1, 1_000)]
    public int Concurrency { get; set; } = 8;
}
