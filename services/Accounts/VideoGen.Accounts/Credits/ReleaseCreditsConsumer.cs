using MassTransit;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>
/// The job ended without success, or its submit did: gives its hold back. A hold that is not there is ended before it begins, for the
/// request for it may come later than the news that its submit is over.
/// </summary>
internal sealed partial class ReleaseCreditsConsumer(UnitOfWork work, LedgerStore ledger, ILogger<ReleaseCreditsConsumer> log) : IConsumer<ReleaseCredits>
{
    const int MaxReason = 100;

    public async Task Consume(ConsumeContext<ReleaseCredits> context)
    {
        var command = context.Message;
        var books = await ledger.LoadAsync(work, command.AccountId, command.JobId, grants: false, context.CancellationToken);
        if (books is { Hold: null })
        {
            await ledger.SaveAsync(work, Ledger.Forestall(books, command.JobId), context.CancellationToken);
            return;
        }
        if (books is null || !books.OwnsHold)
        {
            Log.Odd(log, command.JobId, command.AccountId, ReleaseVerdict.Unknown);
            return;
        }

        var reason = command.Reason.Length <= MaxReason ? command.Reason : command.Reason[..MaxReason];
        var (verdict, posting) = Ledger.Release(books, reason);
        await ledger.SaveAsync(work, posting, context.CancellationToken);
        if (verdict == ReleaseVerdict.AlreadyCaptured) Log.Odd(log, command.JobId, command.AccountId, verdict);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Release of the hold of job {JobId} of account {AccountId}: {Verdict}")]
        public static partial void Odd(ILogger log, Guid jobId, Guid accountId, ReleaseVerdict verdict);
    }
}
