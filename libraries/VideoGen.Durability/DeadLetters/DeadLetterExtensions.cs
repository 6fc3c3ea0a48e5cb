using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace VideoGen.Durability.DeadLetters;

/// <summary>Keeps messages that could not be handled or sent in table <c>dead_letter</c>, where operators find them.</summary>
public static class DeadLetterExtensions
{
    /// <summary>Registers <see cref="DeadLetterBox"/> and the collection of what the broker and the outbox hold. Needs both <c>AddDurability</c>.</summary>
    public static void AddDeadLetters(this IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton<DeadLetterQueues>();
        bus.TryAddSingleton(provider => new DeadLetterBox(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<OutboxSignal>()));
        bus.AddRecurringWork<DeadLetterCollection>(DeadLetterCollection.Name, DeadLetterCollection.Interval, work => work.InEveryProcess = true);
    }

    /// <summary>What fails for good at this endpoint, or is skipped by it, goes to the table instead of the bus's own queues.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="context">The registrations.</param>
    /// <param name="name">The name of the endpoint's queue.</param>
    public static void UseDeadLetters(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context, string name)
    {
        var queues = context.GetRequiredService<DeadLetterQueues>();
        queues.Add(name);
        var keep = new DeadLetterCatch(name, context.GetRequiredService<NpgsqlDataSource>(), queues, context.GetRequiredService<TimeProvider>(),
            context.GetRequiredService<ILogger<DeadLetterCatch>>());
        // A pipe that is configured loses the bus's own filters. They stay around ours: the first marks the message as failed, without which
        // it would be taken for skipped too; the last moves it to the bus's queue when the table can't take it.
        endpoint.ConfigureError(pipe =>
        {
            pipe.UseFilter(new GenerateFaultFilter());
            pipe.UseFilter(keep);
            pipe.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(pipe =>
        {
            pipe.UseFilter(keep);
            pipe.UseFilter(new DeadLetterTransportFilter());
        });
    }
}
