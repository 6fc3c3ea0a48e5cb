using MassTransit;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Durability;

namespace VideoGen.Jobs.Erasure;

/// <summary>
/// Closes the account here: no job of it begins after this, and the work of erasing is due. A repetition has it done again.
/// </summary>
internal sealed class AccountClosedConsumer(UnitOfWork work, ErasureStore store, DueWork dueWork) : IConsumer<AccountClosed>
{
    public async Task Consume(ConsumeContext<AccountClosed> context)
    {
        await store.CloseAsync(work, context.Message.AccountId, context.CancellationToken);
        await dueWork.ScheduleAsync(work, EraseAccount.Kind, context.Message.AccountId, TimeSpan.Zero, ct: context.CancellationToken);
    }
}
