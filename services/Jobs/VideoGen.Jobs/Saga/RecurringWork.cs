using VideoGen.Durability;
using VideoGen.Jobs.Submit;

namespace VideoGen.Jobs.Saga;

/// <summary>Makes sure at every start that the recurring pieces of due work exist: one row each, whoever runs them.</summary>
internal sealed class RecurringWork(IServiceScopeFactory scopes, DueWork due) : IHostedService
{
    static readonly string[] Kinds = [OverdueJobs.Kind, SagaPruning.Kind, IdempotencyPruning.Kind];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        foreach (var kind in Kinds) await due.ScheduleAsync(work, kind, Guid.Empty, TimeSpan.Zero, payload: null, cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
