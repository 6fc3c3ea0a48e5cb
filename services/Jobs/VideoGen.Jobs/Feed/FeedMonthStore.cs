using VideoGen.Durability;

namespace VideoGen.Jobs.Feed;

/// <summary>Makes and drops the months of the feed, in the open transaction.</summary>
internal sealed class FeedMonthStore(UnitOfWork work)
{
    const int MonthsAhead = 3;

    // Local to the transaction: a lock that is not had at once is tried again later, so that no reader queues behind the wait.
    const string MonthsLock = "select set_config('lock_timeout', '3s', true), pg_advisory_xact_lock(hashtextextended('feed upkeep ' || current_schema(), 0))";
    const string MonthsCreate = "select feed_partitions_create($1)";
    const string MonthsDrop = "select feed_partitions_drop(now() - $1 * interval '1 month')";

    /// <summary>Makes the months ahead in the open transaction.</summary>
    public async Task CreateMonthsAsync(CancellationToken ct)
    {
        await LockAsync(ct);
        await using var create = work.Command(MonthsCreate, MonthsAhead);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Drops the months that are no longer kept; returns how many.</summary>
    public async Task<int> DropMonthsAsync(int retentionMonths, CancellationToken ct)
    {
        await LockAsync(ct);
        await using var drop = work.Command(MonthsDrop, retentionMonths);
        return (int)(await drop.ExecuteScalarAsync(ct))!;
    }

    async Task LockAsync(CancellationToken ct)
    {
        await using var take = work.Command(MonthsLock);
        await take.ExecuteNonQueryAsync(ct);
    }
}
