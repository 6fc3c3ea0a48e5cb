using MassTransit;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>The job is committed: its hold stands until the job's end, or <see cref="HoldLost"/> tells that it can't.</summary>
internal sealed partial class ConfirmHoldConsumer(UnitOfWork work, LedgerStore ledger, ILogger<ConfirmHoldConsumer> log) : IConsumer<ConfirmHold>
{
    public async Task Consume(ConsumeContext<ConfirmHold> context)
    {
        var command = context.Message;
        var books = await ledger.LoadAsync(work, command.AccountId, command.JobId, grants: false, context.CancellationToken);
        var (verdict, posting) = books is not null && books.OwnsHold ? Ledger.Confirm(books) : (ConfirmVerdict.Unknown, null);
        if (posting is not null) await ledger.SaveAsync(work, posting, context.CancellationToken);

        if (verdict is not (ConfirmVerdict.Lost or ConfirmVerdict.Unknown)) return;
        Log.Lost(log, command.JobId, command.AccountId, verdict);
        await context.Publish(new HoldLost(command.JobId, command.AccountId), context.CancellationToken);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The hold of job {JobId} of account {AccountId} can't be confirmed: {Verdict}")]
        public static partial void Lost(ILogger log, Guid jobId, Guid accountId, ConfirmVerdict verdict);
    }
}
