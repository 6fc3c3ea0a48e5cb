using MassTransit;
using VideoGen.Durability;
using VideoGen.Jobs.Contracts.Commands;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// Tells the sagas whose deadline has passed.
/// <para>
/// The deadline is a column of the job, so that setting, moving and lifting it costs nothing beside the change it belongs to; a
/// recurring work of each process looks for those that passed, one statement where there are none, and skips what another process has just
/// found. Jobs are claimed and their sagas told in one transaction. A saga
/// that is not reached is told again after a minute; one that gets it twice ignores the second.
/// </para>
/// </summary>
internal sealed class OverdueJobs(UnitOfWork work, JobStore jobs, IPublishEndpoint bus) : IRecurringWork
{
    public const string Name = "overdue-jobs";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    const int Batch = 200;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await TellAsync(ct) == Batch) ct.ThrowIfCancellationRequested();
    }

    async Task<int> TellAsync(CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var overdue = await jobs.OverdueAsync(work, Batch, ct);
        foreach (var job in overdue) await bus.Publish(new EndOverdueJob(job.Id, job.AccountId, job.Deadline), ct);
        await work.CommitAsync(ct);
        return overdue.Count;
    }
}
