using System.Text;
using Npgsql;
using NpgsqlTypes;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <summary>A delivery: one event on its way to one endpoint, or to a job's own URL.</summary>
/// <param name="WebhookId">The event's id, the same in every attempt.</param>
/// <param name="EndpointId">Null for a job's own URL.</param>
/// <param name="Url">The endpoint's present URL; null when it was deleted.</param>
/// <param name="Format">The shape of what is sent: <c>native</c> or <c>vsl</c>; a replay has it too.</param>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="AttemptCount">Attempts made so far, replays included.</param>
/// <param name="NextAttemptAt">When the next one is due; null while one runs and after the end.</param>
/// <param name="Test">Whether it tells of a test job, or is the test of a test endpoint.</param>
internal sealed record DeliveryView(
    Guid Id, string WebhookId, Guid? EndpointId, string? Url, string EventType, string Format, Guid? JobId, string Status, int AttemptCount, DateTimeOffset? NextAttemptAt,
    int? LastStatus, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, bool Test);

/// <summary>A delivery with what is sent and every attempt, oldest first.</summary>
/// <param name="Body">The exact text of each attempt's request; null when the feed no longer keeps it.</param>
internal sealed record DeliveryDetail(
    Guid Id, string WebhookId, Guid? EndpointId, string? Url, string EventType, string Format, Guid? JobId, string Status, int AttemptCount, DateTimeOffset? NextAttemptAt,
    int? LastStatus, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, bool Test,
    string? Body, IReadOnlyList<AttemptView> Attempts);

/// <param name="Status">The HTTP status; null when none came.</param>
/// <param name="Reply">The start of the reply's body, up to 4 KiB.</param>
/// <param name="EndedAt">Null while it runs, or when its outcome is unknown.</param>
internal sealed record AttemptView(
    int Number, string Url, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int? Status, int? DurationMs, string? Reply, string? Error);

/// <summary>Which deliveries; null means any.</summary>
internal sealed record DeliveryFilter(
    Guid? EndpointId = null, Guid? JobId = null, string? Status = null, string? EventType = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>Reads the deliveries of an account's world.</summary>
internal sealed class DeliveryReadStore(NpgsqlDataSource database)
{
    const string DeliveriesSelect = """
        select d.id, d.event_id, d.endpoint_id, coalesce(d.url, e.url), d.type, d.format, d.job_id, d.status, d.attempts, d.next_attempt_at,
          d.last_status, d.last_error, d.created_at, d.ended_at, d.test
        from webhook_delivery d left join webhook_endpoint e on e.id = d.endpoint_id
        where d.account_id = $1 and ($2::uuid is null or d.id < $2) and ($3::uuid is null or d.endpoint_id = $3) and ($4::uuid is null or d.job_id = $4)
          and ($5::text is null or d.status = $5) and ($6::text is null or d.type = $6)
          and ($7::timestamptz is null or d.created_at >= $7) and ($8::timestamptz is null or d.created_at < $8)
          and ($10::boolean is null or d.test = $10)
        order by d.id desc limit $9
        """;

    const string DeliverySelect = """
        select d.id, d.event_id, d.endpoint_id, coalesce(d.url, e.url), d.type, d.format, d.job_id, d.status, d.attempts, d.next_attempt_at,
          d.last_status, d.last_error, d.created_at, d.ended_at, d.test,
          coalesce(d.body, (select f.body from feed_event f where f.event_id = d.event_id and f.created_at = d.event_at))
        from webhook_delivery d left join webhook_endpoint e on e.id = d.endpoint_id
        where d.account_id = $1 and d.id = $2 and ($3::boolean is null or d.test = $3)
        """;

    const string AttemptsSelect = """
        select number, url, started_at, ended_at, status, duration_ms, reply, error from webhook_attempt where delivery_id = $1 order by number
        """;

    const string MatchingSelect = """
        select d.id from webhook_delivery d
        where d.account_id = $1 and ($2::uuid is null or d.id > $2) and ($3::uuid is null or d.endpoint_id = $3) and ($4::uuid is null or d.job_id = $4)
          and ($5::text is null or d.status = $5) and ($6::text is null or d.type = $6)
          and ($7::timestamptz is null or d.created_at >= $7) and ($8::timestamptz is null or d.created_at < $8)
          and ($10::boolean is null or d.test = $10)
          and d.type <> 'webhook.test'
        order by d.id limit $9
        """;

    /// <summary>Newest first, those made before the one with the id <paramref name="before"/>.</summary>
    public async Task<List<DeliveryView>> ListAsync(World world, Guid? before, DeliveryFilter filter, int limit, CancellationToken ct)
    {
        await using var select = Filtered(DeliveriesSelect, world, before, filter, limit);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var deliveries = new List<DeliveryView>();
        while (await reader.ReadAsync(ct)) deliveries.Add(Read(reader));
        return deliveries;
    }

    /// <summary>Ids, oldest first, of those made after the one with the id <paramref name="after"/>; test events are left out.</summary>
    public async Task<List<Guid>> MatchingAsync(World world, Guid? after, DeliveryFilter filter, int limit, CancellationToken ct)
    {
        await using var select = Filtered(MatchingSelect, world, after, filter, limit);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(ct)) ids.Add(reader.GetGuid(0));
        return ids;
    }

    public async Task<DeliveryDetail?> FindAsync(World world, Guid id, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(DeliverySelect)
        {
            Parameters = { T(world.AccountId, NpgsqlDbType.Uuid), T(id, NpgsqlDbType.Uuid), Flag(world) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AttemptsSelect) { Parameters = { T(id, NpgsqlDbType.Uuid) } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var d = Read(reader);
        var body = reader.IsDBNull(15) ? null : Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(15));
        await reader.NextResultAsync(ct);
        var attempts = new List<AttemptView>();
        while (await reader.ReadAsync(ct)) attempts.Add(ReadAttempt(reader));
        return new DeliveryDetail(d.Id, d.WebhookId, d.EndpointId, d.Url, d.EventType, d.Format, d.JobId, d.Status, d.AttemptCount, d.NextAttemptAt,
            d.LastStatus, d.LastError, d.CreatedAt, d.EndedAt, d.Test, body, attempts);
    }

    NpgsqlCommand Filtered(string sql, World world, Guid? cursor, DeliveryFilter filter, int limit)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddRange(new[]
        {
            T(world.AccountId, NpgsqlDbType.Uuid), T(cursor, NpgsqlDbType.Uuid),
            T(filter.EndpointId, NpgsqlDbType.Uuid), T(filter.JobId, NpgsqlDbType.Uuid),
            T(filter.Status, NpgsqlDbType.Text), T(filter.EventType, NpgsqlDbType.Text),
            T(filter.Since?.ToUniversalTime(), NpgsqlDbType.TimestampTz), T(filter.Until?.ToUniversalTime(), NpgsqlDbType.TimestampTz), T(limit, NpgsqlDbType.Integer),
            Flag(world),
        });
        return command;
    }

    static DeliveryView Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), $"evt_{r.GetGuid(1)}", r.IsDBNull(2) ? null : r.GetGuid(2), Text(r, 3), r.GetString(4), r.GetString(5),
        r.IsDBNull(6) ? null : r.GetGuid(6), r.GetString(7), r.GetInt32(8), Time(r, 9), r.IsDBNull(10) ? null : r.GetInt32(10), Text(r, 11),
        r.GetFieldValue<DateTimeOffset>(12), Time(r, 13), r.GetBoolean(14));

    static AttemptView ReadAttempt(NpgsqlDataReader r) => new(
        r.GetInt32(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), Time(r, 3), r.IsDBNull(4) ? null : r.GetInt32(4), r.IsDBNull(5) ? null : r.GetInt32(5),
        Text(r, 6), Text(r, 7));

    static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    static DateTimeOffset? Time(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);

    static NpgsqlParameter Flag(World world) => T(world.Test, NpgsqlDbType.Boolean);

    static NpgsqlParameter T(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
