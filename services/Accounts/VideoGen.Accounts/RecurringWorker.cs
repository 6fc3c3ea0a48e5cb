using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Limits;
using VideoGen.Accounts.Users;
using VideoGen.Durability;

namespace VideoGen.Accounts;

/// <summary>At start, makes sure that recurring work is scheduled; from there on it schedules itself.</summary>
internal sealed class RecurringWorker(IServiceScopeFactory scopes, DueWork dueWork) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        await dueWork.ScheduleAsync(work, ExpireHolds.Kind, Guid.Empty, TimeSpan.Zero, ct: cancellationToken);
        await dueWork.ScheduleAsync(work, PruneThrottles.Kind, Guid.Empty, TimeSpan.FromMinutes(1), ct: cancellationToken);
        await dueWork.ScheduleAsync(work, PruneLimits.Kind, Guid.Empty, TimeSpan.FromMinutes(1), ct: cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
