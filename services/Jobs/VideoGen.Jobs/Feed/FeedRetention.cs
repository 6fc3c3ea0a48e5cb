using Microsoft.Extensions.Options;
using VideoGen.Durability;

namespace VideoGen.Jobs.Feed;

/// <summary>Once an hour: partitions ahead of time, and old months away.</summary>
internal sealed partial class FeedRetention(UnitOfWork work, FeedMonthStore store, IOptions<FeedOptions> options, ILogger<FeedRetention> log) : IRecurringWork
{
    public const string Name = "feed-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        await work.BeginAsync(ct);
        await store.CreateMonthsAsync(ct);
        await work.CommitAsync(ct);

        await work.BeginAsync(ct);
        var dropped = await store.DropMonthsAsync(options.Value.RetentionMonths, ct);
        await work.CommitAsync(ct);
        if (dropped > 0) Log.Dropped(log, dropped, options.Value.RetentionMonths);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Dropped {Count} months of the event feed; kept are the last {Months}")]
        public static partial void Dropped(ILogger log, int count, int months);
    }
}

/// <summary>Before the first request: this month's partition exists, whatever happened while the service was off.</summary>
internal sealed class FeedMonthsWorker(IServiceScopeFactory scopes) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(cancellationToken);
        await scope.ServiceProvider.GetRequiredService<FeedMonthStore>().CreateMonthsAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
