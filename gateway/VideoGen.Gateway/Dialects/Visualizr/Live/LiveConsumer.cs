using System.Text.Json;
using MassTransit;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Contracts.Events;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// Hears of every change of every job and passes on those that a socket here follows. A message that is lost makes the news late, never
/// missing: see <see cref="LiveCatchUp"/>.
/// </summary>
internal sealed class LiveConsumer(LiveJobs jobs, LiveSockets sockets) : IConsumer<JobQueued>, IConsumer<JobStarted>, IConsumer<JobProgressed>,
    IConsumer<JobCompleted>, IConsumer<JobFailed>, IConsumer<JobCancelled>, IConsumer<ApiKeyRevoked>
{
    public Task Consume(ConsumeContext<JobQueued> context) => Tell(context.Message);

    public Task Consume(ConsumeContext<JobStarted> context) => Tell(context.Message);

    public Task Consume(ConsumeContext<JobProgressed> context) => Tell(context.Message);

    public Task Consume(ConsumeContext<JobCompleted> context) => Tell(context.Message);

    public Task Consume(ConsumeContext<JobFailed> context) => Tell(context.Message);

    public Task Consume(ConsumeContext<JobCancelled> context) => Tell(context.Message);

    public Task Consume(ConsumeContext<ApiKeyRevoked> context)
    {
        sockets.Revoke(context.Message.KeyId);
        return Task.CompletedTask;
    }

    Task Tell(JobEvent change)
    {
        var data = change.Body.GetProperty("data");
        foreach (var watch in jobs.Find(change.JobId, change.AccountId, data.GetProperty("test").GetBoolean()))
            if (!(watch.News?.Version >= change.JobVersion)) watch.Apply(LiveNews.Of(data.Deserialize<JobView>(ApiJson.Options)!));
        return Task.CompletedTask;
    }
}
