using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.Egress;

namespace VideoGen.Jobs.Webhooks;

/// <summary>A delivery as it is loaded for an attempt.</summary>
/// <param name="Url">Where to; null when the endpoint is gone.</param>
/// <param name="Enabled">False when the endpoint is disabled; a job's own URL always is enabled.</param>
/// <param name="Body">The bytes to send; null when the feed no longer holds them.</param>
/// <param name="JobId">The job that it tells of; null for a test.</param>
/// <param name="Test">Whose world it belongs to.</param>
internal sealed record DueDelivery(
    Guid Id, Guid AccountId, Guid? EndpointId, string? Url, bool Enabled, Guid EventId, string Status, int Attempts, int RoundAttempts, string? TraceParent, byte[]? Body,
    Guid? JobId, bool Test)
{
    /// <summary>It is not this delivery's turn yet; look again then. Null when it is.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The endpoint's own headers, encrypted; null when it has none.</summary>
    public byte[]? ClosedHeaders { get; init; }

    /// <summary>Newer news of the job has been delivered after this one had failed for a while.</summary>
    public bool IsOvertaken { get; init; }

    public string WebhookId => $"evt_{EventId}";

    /// <summary>Whose secrets sign.</summary>
    public Guid SecretOwner => EndpointId ?? WebhookSecret.OwnerOf(AccountId, Test);
}

/// <summary>
/// Writes attempts: begun before the socket opens, ended with what came of it.
/// <para>
/// Order: a receiver never sees a job go backwards. 1. A delivery waits for those of the same job to the same receiver that tell of an
/// earlier version, until they have ended. 2. One that has failed three times holds nobody up any longer. 3. When it was overtaken, it ends
/// as failed, for the newer news has told more; a replay sends it all the same. 4. Nothing begins while another delivery of the job runs.
/// Both ends of an attempt hold the lock of the job and the receiver, so that two of them never decide at once.
/// </para>
/// </summary>
internal sealed class AttemptStore(UnitOfWork work)
{
    const string TurnLock = """
        select pg_advisory_xact_lock(hashtextextended('webhook ' || job_id || coalesce(endpoint_id::text, url), 0))
        from webhook_delivery where id = $1 and job_id is not null
        """;

    // A delivery that is pending without a next attempt is running, or its process is gone and it is taken up again within its lease.
    const string DeliverySelect = """
        select d.id, d.account_id, d.endpoint_id, coalesce(d.url, e.url), coalesce(e.enabled, true), d.event_id, d.status, d.attempts, d.round_attempts,
          d.traceparent, coalesce(d.body, (select f.body from feed_event f where f.event_id = d.event_id and f.created_at = d.event_at)),
          d.job_id,
          (select max(case when o.next_attempt_at is null then interval '1 second'
              else greatest(o.next_attempt_at - now(), interval '0.25 seconds') end)
            from webhook_delivery o
            where o.job_id = d.job_id and o.endpoint_id is not distinct from d.endpoint_id and o.url is not distinct from d.url
              and o.status = 'pending'
              and (o.job_version < d.job_version and (o.round_attempts < 3 or o.next_attempt_at is null)
                or o.job_version > d.job_version and o.next_attempt_at is null)),
          d.round_attempts >= 3 and exists (select from webhook_delivery o
            where o.job_id = d.job_id and o.endpoint_id is not distinct from d.endpoint_id and o.url is not distinct from d.url
              and o.job_version > d.job_version and o.status = 'delivered'),
          d.test, e.headers_cipher
        from webhook_delivery d left join webhook_endpoint e on e.id = d.endpoint_id
        where d.id = $1 for update of d
        """;

    const string FollowersSelect = """
        select o.id from webhook_delivery d join webhook_delivery o on o.job_id = d.job_id
          and o.endpoint_id is not distinct from d.endpoint_id and o.url is not distinct from d.url
        where d.id = $1 and o.job_version > d.job_version and o.status = 'pending'
          and o.round_attempts = 0 and o.next_attempt_at is not null
        order by o.id
        """;

    const string UnknownUpdate = """
        update webhook_attempt set error = 'The outcome is unknown: the sender ended before it was recorded.'
        where delivery_id = $1 and ended_at is null and error is null
        """;

    const string AttemptInsert = "insert into webhook_attempt (delivery_id, number, url) values ($1, $2, $3)";

    const string DeliveryBegin =
        "update webhook_delivery set attempts = attempts + 1, round_attempts = round_attempts + 1, next_attempt_at = null where id = $1";

    const string AttemptEnd = """
        update webhook_attempt set ended_at = clock_timestamp(), status = $3, duration_ms = $4, reply = $5, error = $6
        where delivery_id = $1 and number = $2
        """;

    const string DeliveryEnd = """
        update webhook_delivery set status = $2, next_attempt_at = now() + $3, last_status = $4, last_error = $5,
          ended_at = case when $2 = 'pending' then null else now() end
        where id = $1
        """;

    const string EndpointRecovered = "update webhook_endpoint set failing_since = null where id = $1 and failing_since is not null";

    const string EndpointFailing = "update webhook_endpoint set failing_since = now() where id = $1 and failing_since is null";

    const string EndpointDisable = """
        update webhook_endpoint set enabled = false, disabled_reason = $2, updated_at = now()
        where id = $1 and enabled and ($2 = 'gone' or failing_since < now() - $3::interval)
        """;

    /// <summary>After so many failures a delivery no longer holds up the job's newer ones; the statements above say the same.</summary>
    public const int HoldsUpFor = 3;

    /// <summary>The delivery, locked; null when it is gone.</summary>
    public async Task<DueDelivery?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var batch = work.Batch();
        Add(batch, TurnLock, V(id));
        Add(batch, DeliverySelect, V(id));
        await using var r = await batch.ExecuteReaderAsync(ct);
        await r.NextResultAsync(ct);
        if (!await r.ReadAsync(ct)) return null;
        return new DueDelivery(r.GetGuid(0), r.GetGuid(1), r.IsDBNull(2) ? null : r.GetGuid(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetBoolean(4),
            r.GetGuid(5), r.GetString(6), r.GetInt32(7), r.GetInt32(8), r.IsDBNull(9) ? null : r.GetString(9), r.IsDBNull(10) ? null : r.GetFieldValue<byte[]>(10),
            r.IsDBNull(11) ? null : r.GetGuid(11), r.GetBoolean(14))
        {
            Wait = r.IsDBNull(12) ? null : r.GetTimeSpan(12),
            IsOvertaken = r.GetBoolean(13),
            ClosedHeaders = r.IsDBNull(15) ? null : r.GetFieldValue<byte[]>(15),
        };
    }

    /// <summary>Newer deliveries of the same job to the same receiver that were never tried: they may have waited for this one.</summary>
    public async Task<IReadOnlyList<Guid>> FollowersAsync(DueDelivery delivery, CancellationToken ct)
    {
        if (delivery.JobId is null) return [];
        await using var select = work.Command(FollowersSelect, delivery.Id);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var followers = new List<Guid>();
        while (await reader.ReadAsync(ct)) followers.Add(reader.GetGuid(0));
        return followers;
    }

    /// <summary>Writes the next attempt of the delivery; its number is one more than <see cref="DueDelivery.Attempts"/>.</summary>
    public async Task BeginAsync(DueDelivery delivery, CancellationToken ct)
    {
        await using var batch = work.Batch();
        Add(batch, UnknownUpdate, V(delivery.Id));
        Add(batch, AttemptInsert, V(delivery.Id), V(delivery.Attempts + 1), V(delivery.Url!));
        Add(batch, DeliveryBegin, V(delivery.Id));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes what came of the attempt that <see cref="BeginAsync"/> wrote.</summary>
    /// <param name="countsForHealth">False leaves the endpoint's own state alone.</param>
    public async Task EndAsync(
        DueDelivery delivery, EgressReply reply, TimeSpan took, DeliveryDecision decision, CancellationToken ct, bool countsForHealth = true)
    {
        await using var batch = work.Batch();
        Add(batch, TurnLock, V(delivery.Id));
        Add(batch, AttemptEnd, V(delivery.Id), V(delivery.Attempts + 1), T(reply.Status, NpgsqlDbType.Integer), V((int)took.TotalMilliseconds),
            T(DeliverySender.Excerpt(reply), NpgsqlDbType.Text), T(reply.Failure?.Message, NpgsqlDbType.Text));
        Add(batch, DeliveryEnd, V(delivery.Id), V(decision.Status), T(decision.Wait, NpgsqlDbType.Interval), T(reply.Status, NpgsqlDbType.Integer),
            T(reply.Failure?.Message, NpgsqlDbType.Text));
        if (countsForHealth && delivery.EndpointId is { } endpoint) Add(batch, reply.Failure is null ? EndpointRecovered : EndpointFailing, V(endpoint));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ends a delivery that cannot be tried at all.</summary>
    public async Task GiveUpAsync(DueDelivery delivery, string reason, CancellationToken ct)
    {
        await using var update = work.Command(DeliveryEnd, delivery.Id, DeliveryStatus.Failed, T(null, NpgsqlDbType.Interval), T(null, NpgsqlDbType.Integer), reason);
        await update.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Disables an endpoint that is gone, or that has failed for so long; true when that changed it.</summary>
    public async Task<bool> DisableAsync(Guid endpointId, bool isGone, TimeSpan failingFor, CancellationToken ct)
    {
        await using var update = work.Command(EndpointDisable, endpointId, isGone ? DisabledReason.Gone : DisabledReason.Failing, failingFor);
        return await update.ExecuteNonQueryAsync(ct) == 1;
    }

    static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    static NpgsqlParameter V(object value) => new() { Value = value };

    static NpgsqlParameter T(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

/// <summary>Why an endpoint is disabled.</summary>
internal static class DisabledReason
{
    public const string Customer = "customer";
    public const string Gone = "gone";
    public const string Failing = "failing";
}
