using MassTransit;
using VideoGen.Jobs.Contracts.Events;

namespace VideoGen.Jobs.Live;

/// <summary>
/// Turns the events of every instance into wake-ups of this one. Its queue belongs to this process and goes with it; nothing is
/// lost with a message, so it has neither inbox nor retries.
/// </summary>
internal sealed class LiveConsumer(JobSignals signals) : IConsumer<JobQueued>, IConsumer<JobStarted>, IConsumer<JobProgressed>,
    IConsumer<JobCompleted>, IConsumer<JobFailed>, IConsumer<JobCancelled>
{
    public Task Consume(ConsumeContext<JobQueued> context) => Wake(context.Message);

    public Task Consume(ConsumeContext<JobStarted> context) => Wake(context.Message);

    public Task Consume(ConsumeContext<JobProgressed> context) => Wake(context.Message);

    public Task Consume(ConsumeContext<JobCompleted> context) => Wake(context.Message);

    public Task Consume(ConsumeContext<JobFailed> context) => Wake(context.Message);

    public Task Consume(ConsumeContext<JobCancelled> context) => Wake(context.Message);

    Task Wake(JobEvent change)
    {
        signals.Announce(change.AccountId, change.JobId, change.JobVersion);
        return Task.CompletedTask;
    }
}
