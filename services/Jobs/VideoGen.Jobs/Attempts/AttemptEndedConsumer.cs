using MassTransit;
using VideoGen.Durability;
using VideoGen.Providers.Contracts.Events;

namespace VideoGen.Jobs.Attempts;

/// <summary>Notes an attempt that made nothing, for the job's story. The saga does not need to know of it.</summary>
internal sealed class AttemptEndedConsumer(UnitOfWork work) : IConsumer<AttemptEnded>
{
    public Task Consume(ConsumeContext<AttemptEnded> context) => AttemptStore.InsertAsync(work, context.Message, context.CancellationToken);
}

/// <summary>The attempts of jobs that made nothing.</summary>
internal static class AttemptsFeature
{
    public static void AddAttemptConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<AttemptEndedConsumer>();
}
