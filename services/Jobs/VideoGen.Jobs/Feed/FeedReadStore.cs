using Npgsql;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Feed;

/// <summary>A row of the feed as readers get it.</summary>
internal sealed record FeedRow(FeedCursor Cursor, Guid EventId, string Type, byte[] Body);

/// <summary>
/// Reads the feed in its order. Rows of transactions that are not older than every running one are left out: they come with a
/// later read, never behind a cursor already given out.
/// </summary>
internal sealed class FeedReadStore(NpgsqlDataSource database)
{
    const string AccountSelect = """
        select xid, id, event_id, type, body from feed_event
        where account_id = $1 and (xid, id) > ($2::xid8, $3) and xid < pg_snapshot_xmin(pg_current_snapshot())
          and ($5::text[] is null or type = any($5)) and ($6::boolean is null or test = $6)
        order by xid, id limit $4
        """;

    const string JobSelect = """
        select xid, id, event_id, type, body from feed_event
        where account_id = $1 and job_id = $5 and (xid, id) > ($2::xid8, $3) and xid < pg_snapshot_xmin(pg_current_snapshot())
          and ($6::boolean is null or test = $6)
        order by xid, id limit $4
        """;

    const string NewestSelect = "select pg_snapshot_xmin(pg_current_snapshot())";

    const string JobEndSelect = """
        select ended_at is not null,
          (select (xid, id) <= ($3::xid8, $4) from feed_event
           where job_id = job.id and type in ('job.completed', 'job.failed', 'job.cancelled') order by xid desc, id desc limit 1)
        from job where account_id = $1 and id = $2 and deleted_at is null and ($5::boolean is null or test = $5)
        """;

    /// <summary>The rows of the account's world after the cursor, oldest first.</summary>
    /// <param name="types">Only these types; null for all.</param>
    public Task<List<FeedRow>> ReadAsync(World world, FeedCursor after, int limit, IReadOnlyList<string>? types, CancellationToken ct) =>
        ReadAsync(AccountSelect, world, after, limit,
            new NpgsqlParameter { Value = (object?)types?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text }, ct);

    /// <summary>One job's rows after the cursor, oldest first.</summary>
    public Task<List<FeedRow>> ReadJobAsync(World world, Guid jobId, FeedCursor after, int limit, CancellationToken ct) =>
        ReadAsync(JobSelect, world, after, limit, new NpgsqlParameter { Value = jobId }, ct);

    /// <summary>The place after every row that can be read now: what comes later has a transaction no older than this.</summary>
    public async Task<FeedCursor> NewestAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(NewestSelect);
        return new FeedCursor((ulong)(await command.ExecuteScalarAsync(ct))!, 0);
    }

    /// <summary>Whether the world has the job, whether it has ended, and whether its last event lies at or before the cursor.</summary>
    public async Task<JobFeedState?> FindJobAsync(World world, Guid jobId, FeedCursor after, CancellationToken ct)
    {
        await using var command = database.CreateCommand(JobEndSelect);
        command.Parameters.AddRange(new[] { V(world.AccountId), V(jobId), Xid(after), V(after.Id), Flag(world) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return new JobFeedState(reader.GetBoolean(0), EndIsKept: !reader.IsDBNull(1), EndWasRead: !reader.IsDBNull(1) && reader.GetBoolean(1));
    }

    async Task<List<FeedRow>> ReadAsync(string sql, World world, FeedCursor after, int limit, NpgsqlParameter last, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(new[] { V(world.AccountId), Xid(after), V(after.Id), V(limit), last, Flag(world) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<FeedRow>();
        while (await reader.ReadAsync(ct))
            rows.Add(new FeedRow(new FeedCursor(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)), reader.GetGuid(2), reader.GetString(3), reader.GetFieldValue<byte[]>(4)));
        return rows;
    }

    static NpgsqlParameter V(object value) => new() { Value = value };

    static NpgsqlParameter Flag(World world) => Read.Sql.Flag(world.Test);

    static NpgsqlParameter Xid(FeedCursor cursor) => new() { Value = cursor.Xid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 };
}

/// <param name="EndIsKept">The feed still holds the job's last event; older ones go with their month.</param>
internal sealed record JobFeedState(bool HasEnded, bool EndIsKept, bool EndWasRead)
{
    /// <summary>Nothing is left to stream from the cursor on.</summary>
    public bool IsOver => HasEnded && (EndWasRead || !EndIsKept);
}
