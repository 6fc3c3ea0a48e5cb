using MassTransit;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Confirms the holds of jobs that take long, so that they stand until the jobs' ends. Most jobs end before that: a capture or a release takes
/// an unconfirmed hold as well. A job is noted and its message written in one transaction.
/// </summary>
internal sealed class ConfirmHolds(UnitOfWork work, SubmitStore jobs, IPublishEndpoint bus, IOptions<SubmitOptions> options) : IRecurringWork
{
    public const string Name = "confirm-holds";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    const int Batch = 200;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await ConfirmAsync(ct) == Batch) ct.ThrowIfCancellationRequested();
    }

    async Task<int> ConfirmAsync(CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var held = await jobs.ConfirmAsync(work, options.Value.ConfirmHoldAfter, Batch, ct);
        foreach (var (jobId, accountId) in held) await bus.Publish(new ConfirmHold(jobId, accountId), ct);
        await work.CommitAsync(ct);
        return held.Count;
    }
}
