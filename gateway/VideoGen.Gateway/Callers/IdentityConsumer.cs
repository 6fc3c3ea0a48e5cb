using MassTransit;
using VideoGen.Accounts.Contracts.Events;

namespace VideoGen.Gateway.Callers;

/// <summary>Makes this instance forget at once what the cache would forget within seconds anyway.</summary>
internal sealed class IdentityConsumer(IdentityCache cache) : IConsumer<ApiKeyRevoked>, IConsumer<SessionsEnded>, IConsumer<PlanChanged>
{
    public Task Consume(ConsumeContext<ApiKeyRevoked> context)
    {
        cache.Revoke(context.Message.KeyId);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<SessionsEnded> context)
    {
        cache.Forget(context.Message.AccountId);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<PlanChanged> context)
    {
        cache.Forget(context.Message.AccountId);
        return Task.CompletedTask;
    }
}
