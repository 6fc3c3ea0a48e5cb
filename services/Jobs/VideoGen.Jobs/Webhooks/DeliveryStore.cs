using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <param name="EventAt">With <paramref name="EventId"/> the key of its row in the feed.</param>
/// <param name="JobVersion">The job's at that time: the order of the job's deliveries to one receiver.</param>
/// <param name="Test">Whether it is a test job's.</param>
internal sealed record DeliveredEvent(
    Guid EventId, DateTimeOffset EventAt, Guid AccountId, Guid JobId, long JobVersion, string Type, bool Test);

/// <param name="Format">One of <see cref="EndpointFormat"/>.</param>
/// <param name="Body">The bytes to send; null for those of the feed.</param>
internal sealed record ToldEndpoint(Guid Id, string Format, byte[]? Body);

/// <summary>Payload of a delivery's due work: its lane, so that one without a place costs no query.</summary>
internal sealed record DeliveryLane(Guid Lane);

/// <summary>Makes deliveries and makes them due, in the transaction of what they tell of.</summary>
internal sealed class DeliveryStore(DueWork dueWork, IOptions<WebhookOptions> options)
{
    const string DeliveriesInsert = """
        insert into webhook_delivery (id, account_id, endpoint_id, url, event_id, event_at, type, job_id, traceparent, next_attempt_at,
          format, body, job_version, test)
        select many.id, $1, many.endpoint_id, many.url, $2, $3, $4, $5, $6, now(), many.format, many.body, $12, $13
        from unnest($7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::bytea[]) as many (id, endpoint_id, url, format, body)
        """;

    const string TestInsert = """
        insert into webhook_delivery (id, account_id, endpoint_id, event_id, event_at, type, format, body, traceparent, status,
          ended_at, last_error, test)
        values ($1, $2, $3, $4, now(), $5, $6, $7, $8, 'failed', now(), 'The test was not finished.', $9)
        """;

    const string ReplayUpdate = """
        update webhook_delivery set status = 'pending', round_attempts = 0, next_attempt_at = now(), ended_at = null, last_error = null
        where account_id = $1 and id = any($2) and ($3::boolean is null or test = $3) and type <> 'webhook.test'
        returning id, endpoint_id, url
        """;

    const string EndedDelete = """
        delete from webhook_delivery where id in (
          select id from webhook_delivery where id < $2 and status <> 'pending' and ended_at < now() - $1::interval order by id limit $3)
        """;

    /// <summary>One delivery for each endpoint and one for the job's own URL, due at once.</summary>
    public async Task AddAsync(UnitOfWork work, DeliveredEvent what, IReadOnlyList<ToldEndpoint> endpoints, string? jobUrl, CancellationToken ct)
    {
        var targets = endpoints.Select(endpoint => new Target(Guid.CreateVersion7(), endpoint.Id, Url: null, endpoint.Format, endpoint.Body)).ToList();
        if (jobUrl is not null) targets.Add(new Target(Guid.CreateVersion7(), EndpointId: null, jobUrl));
        if (targets.Count == 0) return;

        await using var insert = work.Command(DeliveriesInsert, what.AccountId, what.EventId, what.EventAt, what.Type, what.JobId, Trace(),
            targets.Select(target => target.Id).ToArray(),
            new NpgsqlParameter { Value = targets.Select(target => target.EndpointId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new NpgsqlParameter { Value = targets.Select(target => target.Url).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            targets.Select(target => target.Format).ToArray(),
            new NpgsqlParameter { Value = targets.Select(target => target.Body).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            what.JobVersion, what.Test);
        await insert.ExecuteNonQueryAsync(ct);
        await ScheduleAsync(work, what.AccountId, targets, options.Value.Waits[0], ct);
    }

    /// <summary>A delivery of an event that is in no feed, for one attempt by whoever adds it: without due work, and failed until that attempt is recorded.</summary>
    public static async Task AddTestAsync(
        UnitOfWork work, Guid id, World world, ToldEndpoint endpoint, Guid eventId, string type, CancellationToken ct)
    {
        await using var insert = work.Command(
            TestInsert, id, world.AccountId, endpoint.Id, eventId, type, endpoint.Format, endpoint.Body!, Trace(), world.Test!.Value);
        await insert.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Starts the schedule of these deliveries afresh, with the same ids and bytes; returns how many there were.</summary>
    public async Task<int> ReplayAsync(UnitOfWork work, World world, Guid[] ids, CancellationToken ct)
    {
        var targets = new List<Target>();
        await using (var update = work.Command(ReplayUpdate, world.AccountId, ids, Read.Sql.Flag(world.Test)))
        {
            await using var reader = await update.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                targets.Add(new Target(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }
        await ScheduleAsync(work, world.AccountId, targets, TimeSpan.Zero, ct);
        return targets.Count;
    }

    /// <summary>Deletes up to <paramref name="limit"/> deliveries that ended longer ago than they are kept.</summary>
    /// <param name="createdBefore">An id of that time: ids grow with time, so the primary key finds the old ones.</param>
    public static async Task<int> PruneAsync(UnitOfWork work, TimeSpan kept, Guid createdBefore, int limit, CancellationToken ct)
    {
        await using var delete = work.Command(EndedDelete, kept, createdBefore, limit);
        return await delete.ExecuteNonQueryAsync(ct);
    }

    Task ScheduleAsync(UnitOfWork work, Guid accountId, List<Target> targets, TimeSpan wait, CancellationToken ct) => dueWork.ScheduleManyAsync(
        work, DeliveryWork.Kind, [.. targets.Select(target => (target.Id, (object?)new DeliveryLane(target.Lane(accountId))))], wait, ct);

    static NpgsqlParameter Trace() => new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    sealed record Target(Guid Id, Guid? EndpointId, string? Url, string Format = EndpointFormat.Native, byte[]? Body = null)
    {
        public Guid Lane(Guid accountId) => EndpointId ?? DeliveryLanes.LaneOf(accountId, Url!);
    }
}
