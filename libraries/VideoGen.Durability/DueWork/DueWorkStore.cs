using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace VideoGen.Durability;

/// <summary>A row this worker holds.</summary>
internal sealed record DueWorkClaim(DueWorkItem Item, int Failures, TimeSpan Lateness, string? TraceParent, string? TraceState)
{
    /// <summary>A timestamp (<see cref="Stopwatch"/>) not later than the beginning of its lease.</summary>
    public long HeldSince { get; init; } = Stopwatch.GetTimestamp();
}

/// <summary>A row to write.</summary>
/// <param name="Payload">JSON; null keeps what is there.</param>
internal sealed record NewDueWork(Guid Id, string? Payload)
{
    /// <summary>Set by whoever has a place to run it in at once.</summary>
    public Guid? Lease { get; set; }
}

internal static class DueWorkStore
{
    // A row that is held keeps its lease: it notes the new time for when its handler has ended. Two runs never overlap.
    // "No payload" is JSON null, and keeps the payload that is there.
    // A row that comes with a lease is taken by whoever writes it, unless it is there already.
    const string WorkUpsert = """
        insert into due_work as w (kind, id, due_at, payload, traceparent, tracestate, lease, attempts)
        select $1, many.id, clock_timestamp() + case when many.lease is null then $3::interval else $8::interval end,
          coalesce(many.payload, 'null'::jsonb), $5, $6, many.lease, (many.lease is not null)::int
        from unnest($2::uuid[], $4::jsonb[], $7::uuid[]) as many (id, payload, lease) order by many.id
        on conflict (kind, id) do update set
          due_at = case when w.lease is not null and w.due_at > clock_timestamp() then w.due_at else clock_timestamp() + $3 end,
          rerun_at = case when w.lease is not null and w.due_at > clock_timestamp() then clock_timestamp() + $3 end,
          lease = case when w.due_at > clock_timestamp() then w.lease end,
          attempts = case when w.lease is not null and w.due_at > clock_timestamp() then w.attempts else 0 end,
          failures = case when w.lease is not null and w.due_at > clock_timestamp() then w.failures else 0 end,
          payload = case when excluded.payload = 'null'::jsonb then w.payload else excluded.payload end,
          traceparent = coalesce(excluded.traceparent, w.traceparent),
          tracestate = coalesce(excluded.tracestate, w.tracestate)
        returning w.id, w.lease, w.payload
        """;

    // Recurring work at the start of a process: never later than asked for, and a run that goes on is left alone.
    const string RecurringUpsert = """
        insert into due_work as w (kind, id, due_at, payload) values ($1, $2, clock_timestamp() + $3, 'null'::jsonb)
        on conflict (kind, id) do update set due_at = least(w.due_at, excluded.due_at) where w.lease is null
        """;

    const string WorkDelete = "delete from due_work where kind = $1 and id = $2";

    // A row that still has a lease when it comes due belonged to a worker that crashed: that counts as a failure.
    const string DueClaim = """
        with due as (
          select kind, id, due_at, lease from due_work
          where kind = $1 and due_at <= now() order by due_at limit $2 for update skip locked)
        update due_work w set lease = gen_random_uuid(), due_at = now() + $3, attempts = w.attempts + 1,
          failures = w.failures + (due.lease is not null)::int
        from due where w.kind = due.kind and w.id = due.id
        returning w.id, w.lease, w.attempts, w.failures, w.payload, w.traceparent, w.tracestate, now() - due.due_at
        """;

    const string NextDueSelect = "select min(due_at) - clock_timestamp() from due_work where kind = $1";

    const string LeaseExtend = "update due_work set due_at = now() + $4 where kind = $1 and id = $2 and lease = $3";

    // Completing takes two statements, the second for a row that was scheduled again while it was held. rerun_at is never
    // taken back while the lease holds, so whatever comes between the two, exactly one of them finds the row.
    const string FinishedDelete = "delete from due_work where kind = $1 and id = $2 and lease = $3 and rerun_at is null";
    const string FinishedRerun = """
        update due_work set lease = null, due_at = rerun_at, rerun_at = null, attempts = 0, failures = 0, last_error = null
        where kind = $1 and id = $2 and lease = $3
        """;

    const string AgainUpdate = """
        update due_work set lease = null, due_at = coalesce(rerun_at, clock_timestamp() + $4), rerun_at = null,
          attempts = case when rerun_at is null then attempts else 0 end, failures = 0, last_error = null
        where kind = $1 and id = $2 and lease = $3
        returning due_at - clock_timestamp()
        """;

    const string FailureUpdate = """
        update due_work set lease = null, due_at = coalesce(rerun_at, clock_timestamp() + $4), rerun_at = null,
          failures = failures + 1, last_error = $5
        where kind = $1 and id = $2 and lease = $3
        """;

    // The process stops in mid-run: whoever is left may have it at once, and this run does not count.
    const string LeaseRelease = """
        update due_work set lease = null, due_at = coalesce(rerun_at, clock_timestamp()), rerun_at = null, attempts = attempts - 1
        where kind = $1 and id = $2 and lease = $3
        """;

    /// <summary>Writes the rows; answers those that stand with the lease they came with, and so are held by the caller.</summary>
    public static async Task<List<DueWorkClaim>> ScheduleAsync(
        UnitOfWork work, string kind, List<NewDueWork> rows, TimeSpan delay, TimeSpan lease, CancellationToken ct)
    {
        var activity = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current : null;
        await using var command = work.Command(WorkUpsert, kind, rows.Select(row => row.Id).ToArray(), delay,
            Typed(rows.Select(row => row.Payload).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb),
            Typed(activity?.Id, NpgsqlDbType.Text), Typed(activity?.TraceStateString, NpgsqlDbType.Text),
            Typed(rows.Select(row => row.Lease).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid), lease);
        var since = Stopwatch.GetTimestamp();
        await using var reader = await command.ExecuteReaderAsync(ct);
        var taken = new List<DueWorkClaim>();
        while (await reader.ReadAsync(ct))
        {
            if (reader.IsDBNull(1) || rows.Find(row => row.Id == reader.GetGuid(0))?.Lease != reader.GetGuid(1)) continue;
            var held = new DueWorkLease(reader.GetGuid(1));
            var item = new DueWorkItem(kind, reader.GetGuid(0), Attempts: 1, Payload(reader, 2)) { Lease = held };
            taken.Add(new DueWorkClaim(item, Failures: 0, Lateness: TimeSpan.Zero, activity?.Id, activity?.TraceStateString) { HeldSince = since });
        }
        return taken;
    }

    public static async Task EnsureAsync(UnitOfWork work, string kind, TimeSpan first, CancellationToken ct)
    {
        await using var command = work.Command(RecurringUpsert, kind, Guid.Empty, first);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task CancelAsync(UnitOfWork work, string kind, Guid id, CancellationToken ct)
    {
        await using var command = work.Command(WorkDelete, kind, id);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Claims up to <paramref name="limit"/> due rows; also tells how long until the next one is due, null when there is none.</summary>
    public static async Task<(List<DueWorkClaim> Claims, TimeSpan? Next)> ClaimAsync(
        NpgsqlDataSource source, DueWorkKind kind, int limit, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new(DueClaim) { Parameters = { V(kind.Name), V(limit), V(kind.Options.Lease) } });
        batch.BatchCommands.Add(new(NextDueSelect) { Parameters = { V(kind.Name) } });
        var since = Stopwatch.GetTimestamp();
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var claims = new List<DueWorkClaim>();
        while (await reader.ReadAsync(ct)) claims.Add(Read(reader, kind.Name) with { HeldSince = since });
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return (claims, reader.IsDBNull(0) ? null : reader.GetTimeSpan(0));
    }

    public static async Task<bool> ExtendAsync(NpgsqlDataSource source, DueWorkItem item, TimeSpan lease, CancellationToken ct) =>
        await RowAsync(source, LeaseExtend, item, ct, V(lease)) == 1;

    public static async Task<bool> CompleteAsync(UnitOfWork work, DueWorkItem item, CancellationToken ct)
    {
        await using var batch = work.Batch();
        return await CompleteAsync(batch, item, ct);
    }

    public static async Task<bool> CompleteAsync(NpgsqlDataSource source, DueWorkItem item, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        return await CompleteAsync(batch, item, ct);
    }

    public static async Task<bool> AgainAsync(UnitOfWork work, DueWorkItem item, TimeSpan after, CancellationToken ct)
    {
        await using var command = work.Command(AgainUpdate, item.Kind, item.Id, item.Lease.Token, after);
        return await AgainAsync(command, item, ct);
    }

    public static async Task<bool> AgainAsync(NpgsqlDataSource source, DueWorkItem item, TimeSpan after, CancellationToken ct)
    {
        await using var command = source.CreateCommand(AgainUpdate);
        foreach (var value in (ReadOnlySpan<object>)[item.Kind, item.Id, item.Lease.Token, after]) command.Parameters.Add(V(value));
        return await AgainAsync(command, item, ct);
    }

    static async Task<bool> AgainAsync(NpgsqlCommand command, DueWorkItem item, CancellationToken ct)
    {
        if (await command.ExecuteScalarAsync(ct) is not TimeSpan left) return false;
        item.Lease.DueAgain = left;
        return true;
    }

    public static async Task<bool> FailAsync(NpgsqlDataSource source, DueWorkItem item, TimeSpan after, string error, CancellationToken ct)
    {
        item.Lease.DueAgain = TimeSpan.Zero; // What a transaction that was undone said of it is void.
        return await RowAsync(source, FailureUpdate, item, ct, V(after), V(error)) == 1;
    }

    public static async Task<bool> ReleaseAsync(NpgsqlDataSource source, DueWorkItem item, CancellationToken ct) =>
        await RowAsync(source, LeaseRelease, item, ct) == 1;

    static async Task<bool> CompleteAsync(NpgsqlBatch batch, DueWorkItem item, CancellationToken ct)
    {
        foreach (var sql in (ReadOnlySpan<string>)[FinishedDelete, FinishedRerun])
            batch.BatchCommands.Add(new(sql) { Parameters = { V(item.Kind), V(item.Id), V(item.Lease.Token) } });
        var isOurs = await batch.ExecuteNonQueryAsync(ct) == 1;
        item.Lease.DueAgain = batch.BatchCommands[0].RecordsAffected == 1 ? null : TimeSpan.Zero;
        return isOurs;
    }

    static async Task<int> RowAsync(NpgsqlDataSource source, string sql, DueWorkItem item, CancellationToken ct, params NpgsqlParameter[] more)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in (NpgsqlParameter[])[V(item.Kind), V(item.Id), V(item.Lease.Token), .. more]) command.Parameters.Add(parameter);
        return await command.ExecuteNonQueryAsync(ct);
    }

    static DueWorkClaim Read(NpgsqlDataReader r, string kind)
    {
        var item = new DueWorkItem(kind, r.GetGuid(0), r.GetInt32(2), Payload(r, 4)) { Lease = new DueWorkLease(r.GetGuid(1)) };
        return new DueWorkClaim(item, r.GetInt32(3), r.GetTimeSpan(7), r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6));
    }

    static JsonElement Payload(NpgsqlDataReader r, int column) => JsonElement.Parse(r.GetFieldValue<byte[]>(column));

    static NpgsqlParameter V(object value) => new() { Value = value };

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
