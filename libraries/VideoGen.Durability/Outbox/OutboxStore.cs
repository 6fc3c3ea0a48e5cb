using Npgsql;
using NpgsqlTypes;

namespace VideoGen.Durability;

/// <summary>A claimed row of the outbox.</summary>
internal sealed record OutboxRow(long Id, int Attempts, bool Expired, OutboxMessage Message);

internal static class OutboxStore
{
    const string RowInsert = """
        insert into outbox (due_at, expires_at, token, message_id, conversation_id, correlation_id, request_id, message_type,
                            destination, content_type, headers, properties, body, traceparent, tracestate)
        values (clock_timestamp() + coalesce($1, interval '0'), clock_timestamp() + $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    const string DueClaim = """
        select id, attempts, coalesce(expires_at <= now(), false), expires_at - now(), message_id, conversation_id, correlation_id,
               request_id, message_type, destination, content_type, headers, properties, body, traceparent, tracestate
        from outbox where due_at <= now() order by due_at, id limit $1 for update skip locked
        """;

    const string SentDelete = "delete from outbox where id = any($1)";

    const string FailureUpdate = """
        update outbox o set attempts = o.attempts + 1, due_at = now() + f.delay, last_error = f.error
        from unnest($1::bigint[], $2::interval[], $3::text[]) as f(id, delay, error) where o.id = f.id
        """;

    const string SetAsideMove = """
        with reasons as (select * from unnest($1::bigint[], $2::text[]) as r(id, reason)),
             gone as (delete from outbox where id in (select id from reasons) returning *)
        insert into outbox_set_aside
        select gone.*, reasons.reason, now() from gone join reasons using (id)
        """;

    const string TokenDelete = "delete from outbox where token = $1";

    // Counting stops at 10,000: beyond that the exact number changes nothing, and the count would cost. A row that failed has a later
    // due time, so its age counts; of a scheduled one (it has a token) the age says nothing, and its due time must do.
    const string BacklogSelect = """
        with due as (select count(*) as pending, min(due_at) as since from (select due_at from outbox where due_at <= now() order by due_at limit 10000) d),
             failing as (select min(created_at) as since from outbox where attempts > 0 and token is null)
        select due.pending, coalesce(now() - due.since, interval '0'), coalesce(now() - least(due.since, failing.since), interval '0') from due, failing
        """;

    /// <summary>Writes the messages and commits, in one round trip; the transaction object sees that it is over.</summary>
    public static async Task InsertAndCommitAsync(UnitOfWork work, IReadOnlyList<OutboxMessage> messages)
    {
        await using var batch = work.Batch();
        foreach (var message in messages) batch.BatchCommands.Add(Insert(message));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    static NpgsqlBatchCommand Insert(OutboxMessage message) => new(RowInsert)
    {
        Parameters =
        {
            P(message.Delay, NpgsqlDbType.Interval), P(message.TimeToLive, NpgsqlDbType.Interval), P(message.Token, NpgsqlDbType.Uuid),
            P(message.MessageId, NpgsqlDbType.Uuid), P(message.ConversationId, NpgsqlDbType.Uuid), P(message.CorrelationId, NpgsqlDbType.Uuid),
            P(message.RequestId, NpgsqlDbType.Uuid), P(message.MessageType, NpgsqlDbType.Text), P(message.Destination, NpgsqlDbType.Text),
            P(message.ContentType, NpgsqlDbType.Text), P(message.Headers, NpgsqlDbType.Text), P(message.Properties, NpgsqlDbType.Text),
            P(message.Body, NpgsqlDbType.Bytea), P(message.TraceParent, NpgsqlDbType.Text), P(message.TraceState, NpgsqlDbType.Text),
        },
    };

    public static async Task<List<OutboxRow>> ClaimAsync(NpgsqlTransaction transaction, int limit, CancellationToken ct)
    {
        await using var command = Command(transaction, DueClaim, limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<OutboxRow>();
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }

    public static async Task DeleteAsync(NpgsqlTransaction transaction, long[] ids)
    {
        await using var command = Command(transaction, SentDelete, ids);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public static async Task PostponeAsync(NpgsqlTransaction transaction, long[] ids, TimeSpan[] delays, string[] errors)
    {
        await using var command = Command(transaction, FailureUpdate, ids, delays, errors);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public static async Task SetAsideAsync(NpgsqlTransaction transaction, long[] ids, string[] reasons)
    {
        await using var command = Command(transaction, SetAsideMove, ids, reasons);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public static async Task DeleteScheduledAsync(UnitOfWork work, Guid token, CancellationToken ct)
    {
        await using var command = work.Command(TokenDelete, token);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task<OutboxBacklog> BacklogAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand(BacklogSelect);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new OutboxBacklog(reader.GetInt64(0), reader.GetTimeSpan(1), reader.GetTimeSpan(2));
    }

    static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    static OutboxRow Read(NpgsqlDataReader r) => new(r.GetInt64(0), r.GetInt32(1), r.GetBoolean(2), new OutboxMessage
    {
        TimeToLive = r.IsDBNull(3) ? null : r.GetTimeSpan(3),
        MessageId = r.GetGuid(4),
        ConversationId = Id(r, 5),
        CorrelationId = Id(r, 6),
        RequestId = Id(r, 7),
        MessageType = r.GetString(8),
        Destination = r.GetString(9),
        ContentType = r.GetString(10),
        Headers = Text(r, 11),
        Properties = Text(r, 12),
        Body = r.GetFieldValue<byte[]>(13),
        TraceParent = Text(r, 14),
        TraceState = Text(r, 15),
    });

    static Guid? Id(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetGuid(column);

    static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    static NpgsqlParameter P(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
