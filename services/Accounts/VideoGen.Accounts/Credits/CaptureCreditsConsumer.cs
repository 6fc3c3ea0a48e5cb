using MassTransit;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>The job is made: takes its price from the hold, gives the rest back, and tells so. The job completes upon that.</summary>
internal sealed partial class CaptureCreditsConsumer(UnitOfWork work, LedgerStore ledger, ILogger<CaptureCreditsConsumer> log) : IConsumer<CaptureCredits>
{
    public async Task Consume(ConsumeContext<CaptureCredits> context)
    {
        var command = context.Message;
        // Whatever the books say: the work is done, and the customer is to have it.
        await context.Publish(new CreditsCaptured(command.JobId, command.AccountId), context.CancellationToken);
        var books = await ledger.LoadAsync(work, command.AccountId, command.JobId, grants: true, context.CancellationToken);
        if (books is null || !books.OwnsHold)
        {
            Log.Odd(log, command.Amount, command.JobId, command.AccountId, CaptureVerdict.Unknown);
            return;
        }

        var (verdict, posting) = Ledger.Capture(books, command.Amount);
        await ledger.SaveAsync(work, posting, context.CancellationToken);
        if (verdict is not (CaptureVerdict.Captured or CaptureVerdict.AlreadyCaptured))
            Log.Odd(log, command.Amount, command.JobId, command.AccountId, verdict);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Capture of {Amount} credits for job {JobId} of account {AccountId}: {Verdict}")]
        public static partial void Odd(ILogger log, long amount, Guid jobId, Guid accountId, CaptureVerdict verdict);
    }
}
