using VideoGen.Durability;

namespace VideoGen.Providers.Callbacks;

/// <summary>Forgets callbacks that no vendor repeats any more, once an hour.</summary>
internal sealed class PruneCallbacks(CallbackStore callbacks) : IDueWorkHandler
{
    public const string Kind = "prune-callbacks";

    static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await callbacks.PruneAsync(ct);
        return DueWorkResult.Again(Every);
    }
}

/// <summary>At start, makes sure that the pruning is scheduled; from there on it schedules itself.</summary>
internal sealed class PruneCallbacksWorker(IServiceScopeFactory scopes, DueWork dueWork) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        await dueWork.ScheduleAsync(work, PruneCallbacks.Kind, Guid.Empty, TimeSpan.FromMinutes(1), ct: cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
