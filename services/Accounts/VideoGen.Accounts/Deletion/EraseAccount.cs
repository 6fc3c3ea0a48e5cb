using MassTransit;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Durability;
using VideoGen.Jobs.Contracts.Events;

namespace VideoGen.Accounts.Deletion;

/// <summary>Tells everybody that an account was closed, until it is erased.</summary>
internal sealed class EraseAccount(UnitOfWork work, DeletionStore store, IPublishEndpoint bus) : IDueWorkHandler
{
    public const string Kind = "erase-account";

    static readonly TimeSpan AskAgain = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        if (await store.IsErasedAsync(work, item.Id, ct)) return DueWorkResult.Done;
        await bus.Publish(new AccountClosed(item.Id), ct);
        await item.AgainAsync(work, AskAgain, ct);
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }
}

/// <summary>Jobs keeps nothing of the account any more: what names a person goes from here, too.</summary>
internal sealed partial class ErasedAccountConsumer(
    UnitOfWork work, DeletionStore store, DueWork dueWork, ILogger<ErasedAccountConsumer> log) : IConsumer<AccountErased>
{
    public async Task Consume(ConsumeContext<AccountErased> context)
    {
        var (account, ct) = (context.Message.AccountId, context.CancellationToken);
        if (!await store.EraseAsync(work, account, ct)) return;
        await dueWork.CancelAsync(work, EraseAccount.Kind, account, ct);
        Log.Erased(log, account);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Account {AccountId} was deleted by its owner; nothing here names a person any more")]
        public static partial void Erased(ILogger log, Guid accountId);
    }
}
