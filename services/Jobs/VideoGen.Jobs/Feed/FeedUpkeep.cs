using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Jobs.Feed;

/// <summary>Once an hour: partitions ahead of time, and old months away.</summary>
internal sealed partial class FeedUpkeep(UnitOfWork work, FeedUpkeepStore store, IOptions<FeedOptions> options, ILogger<FeedUpkeep> log) : IDueWorkHandler
{
    public const string Kind = "feed-upkeep";

    public static readonly Guid Id = new("5f65c1a0-0f5b-7c33-8a53-4e8f1f0b9d01");

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        await store.CreateMonthsAsync(ct);
        await work.CommitAsync(ct);

        await work.BeginAsync(ct);
        var dropped = await store.DropMonthsAsync(options.Value.RetentionMonths, ct);
        await work.CommitAsync(ct);
        if (dropped > 0) Log.Dropped(log, dropped, options.Value.RetentionMonths);
        return DueWorkResult.Again(Interval);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Dropped {Count} months of the event feed; kept are the last {Months}")]
        public static partial void Dropped(ILogger log, int count, int months);
    }
}

/// <summary>Before the first request: this month's partition exists, whatever happened while the service was off, and the hourly upkeep is scheduled.</summary>
internal sealed class FeedUpkeepWorker(IServiceScopeFactory scopes, DueWork dueWork) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        await scope.ServiceProvider.GetRequiredService<FeedUpkeepStore>().CreateMonthsAsync(cancellationToken);
        await dueWork.ScheduleAsync(work, FeedUpkeep.Kind, FeedUpkeep.Id, FeedUpkeep.Interval, ct: cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
