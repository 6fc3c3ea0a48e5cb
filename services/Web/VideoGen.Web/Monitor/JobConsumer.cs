using MassTransit;
using VideoGen.Jobs.Contracts.Events;

namespace VideoGen.Web.Monitor;

/// <summary>Hears that a job changed; the board then reads the job. A message lost costs a few seconds.</summary>
internal sealed class JobConsumer(LiveBoard board) : IConsumer<JobQueued>, IConsumer<JobStarted>, IConsumer<JobProgressed>,
    IConsumer<JobCompleted>, IConsumer<JobFailed>, IConsumer<JobCancelled>
{
    public Task Consume(ConsumeContext<JobQueued> context) => Note(context.Message);

    public Task Consume(ConsumeContext<JobStarted> context) => Note(context.Message);

    public Task Consume(ConsumeContext<JobProgressed> context) => Note(context.Message);

    public Task Consume(ConsumeContext<JobCompleted> context) => Note(context.Message);

    public Task Consume(ConsumeContext<JobFailed> context) => Note(context.Message);

    public Task Consume(ConsumeContext<JobCancelled> context) => Note(context.Message);

    Task Note(JobEvent change)
    {
        board.Note(change.JobId);
        return Task.CompletedTask;
    }
}
