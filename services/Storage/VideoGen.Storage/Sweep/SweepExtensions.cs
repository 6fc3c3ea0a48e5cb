using VideoGen.Durability;

namespace VideoGen.Storage.Sweep;

internal static class SweepExtensions
{
    public static void AddSweep(this IHostApplicationBuilder builder)
    {
        builder.Services.AddDueWork<SweepWork>(SweepWork.Kind, work => work.Concurrency = 1);
        builder.Services.AddHostedService<SweepStartWorker>();
    }

    /// <summary>Schedules the sweep when a process starts; it goes on by itself from then.</summary>
    sealed class SweepStartWorker(IServiceScopeFactory scopes, DueWork dueWork) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var scope = scopes.CreateAsyncScope();
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync(cancellationToken);
            await dueWork.ScheduleAsync(work, SweepWork.Kind, SweepWork.Id, TimeSpan.Zero, ct: cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
