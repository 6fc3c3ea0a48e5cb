using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability.Sql;

namespace VideoGen.Durability.DeadLetters;

internal static class DeadLetterStore
{
    const string LetterInsert = """
        insert into dead_letter (id, source, endpoint, fingerprint, reason, detail, attempts, failed_at, job_id, account_id, message_id, conversation_id,
                                 correlation_id, request_id, message_type, destination, content_type, headers, properties, body, traceparent, tracestate)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
        on conflict (fingerprint) do nothing
        """;

    const string SetAsideTake = """
        delete from outbox_set_aside where id = any (array (select id from outbox_set_aside order by id limit $1 for update skip locked))
        returning *
        """;

    const string Columns = "id, source, endpoint, message_type, message_id, job_id, account_id, reason, attempts, failed_at, length(body) as size_bytes";

    const string LettersSelect = $"""
        select {Columns} from dead_letter
        where ($1::text is null or message_type = $1) and ($2::text is null or source = $2)
          and ($3::timestamptz is null or (failed_at, id) < ($3, $4::uuid))
        order by failed_at desc, id desc limit $5
        """;

    const string LetterSelect = $"select {Columns}, detail, destination, content_type, headers, body from dead_letter where id = $1";

    const string LettersCount = "select count(*) from dead_letter";

    // Oldest first. What another operator is sending or discarding at this moment is theirs.
    const string Chosen = """
        delete from dead_letter where id = any (array (
          select id from dead_letter
          where ($1::uuid[] is null or id = any ($1)) and ($2::text is null or message_type = $2) and ($3::text is null or source = $3)
          order by failed_at, id limit $4 for update skip locked))
        returning *
        """;

    const string LettersDiscard = $"with gone as ({Chosen}) select {Columns} from gone";

    const string LettersReplay = $"""
        with gone as ({Chosen}), sent as (
          insert into outbox (message_id, conversation_id, correlation_id, request_id, message_type, destination, content_type, headers, properties, body,
                              traceparent, tracestate)
          select message_id, conversation_id, correlation_id, request_id, message_type, destination, content_type, headers, properties, body,
                 traceparent, tracestate
          from gone)
        select {Columns} from gone
        """;

    public static async Task InsertAsync(NpgsqlConnection connection, NewDeadLetter letter, CancellationToken ct)
    {
        var message = letter.Message;
        await using var command = new NpgsqlCommand(LetterInsert, connection)
        {
            Parameters =
            {
                P(Guid.CreateVersion7()), P(letter.Source), P(letter.Endpoint), P(letter.Fingerprint), P(letter.Reason), Text(letter.Detail), P(letter.Attempts),
                P(letter.FailedAt.ToUniversalTime()), Id(letter.JobId), Id(letter.AccountId), P(message.MessageId), Id(message.ConversationId),
                Id(message.CorrelationId), Id(message.RequestId), P(message.MessageType), P(message.Destination), P(message.ContentType),
                Text(message.Headers), Text(message.Properties), P(message.Body), Text(message.TraceParent), Text(message.TraceState),
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Moves what was set aside in the outbox, at most <paramref name="limit"/> rows; returns how many.</summary>
    public static async Task<int> MoveSetAsideAsync(NpgsqlDataSource source, int limit, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var letters = new List<NewDeadLetter>();
        await using (var take = new NpgsqlCommand(SetAsideTake, connection, transaction) { Parameters = { P(limit) } })
        await using (var rows = await take.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct))
                letters.Add(DeadLetterCapture.OfOutbox(rows.Get<long>("id"), Message(rows), rows.Get<string>("reason"), rows.Get<int>("attempts"),
                    rows.Get<DateTimeOffset>("set_aside_at")));
        }
        foreach (var letter in letters) await InsertAsync(connection, letter, ct);
        await transaction.CommitAsync(ct);
        return letters.Count;
    }

    public static async Task<List<DeadLetter>> ListAsync(
        NpgsqlDataSource source, string? messageType, string? from, DeadLetterPosition? after, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(LettersSelect);
        command.Parameters.AddRange((NpgsqlParameter[])
            [Text(messageType), Text(from), Typed(after?.FailedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz), Id(after?.Id), P(limit)]);
        return await LettersAsync(command, ct);
    }

    public static async Task<DeadLetterContent?> FindAsync(NpgsqlDataSource source, Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(LetterSelect);
        command.Parameters.Add(P(id));
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct)
            ? new DeadLetterContent(Letter(rows), rows.TextOrNull("detail"), rows.Get<string>("destination"), rows.Get<string>("content_type"),
                rows.TextOrNull("headers"), rows.Get<byte[]>("body"))
            : null;
    }

    public static async Task<long> CountAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand(LettersCount);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public static Task<List<DeadLetter>> ReplayAsync(NpgsqlDataSource source, DeadLetterFilter filter, int limit, CancellationToken ct) =>
        TakeAsync(source, LettersReplay, filter, limit, ct);

    public static Task<List<DeadLetter>> DiscardAsync(NpgsqlDataSource source, DeadLetterFilter filter, int limit, CancellationToken ct) =>
        TakeAsync(source, LettersDiscard, filter, limit, ct);

    static async Task<List<DeadLetter>> TakeAsync(NpgsqlDataSource source, string sql, DeadLetterFilter filter, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddRange((NpgsqlParameter[])
            [Typed(filter.Ids?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid), Text(filter.MessageType), Text(filter.Source), P(limit)]);
        return await LettersAsync(command, ct);
    }

    static async Task<List<DeadLetter>> LettersAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var rows = await command.ExecuteReaderAsync(ct);
        var letters = new List<DeadLetter>();
        while (await rows.ReadAsync(ct)) letters.Add(Letter(rows));
        return letters;
    }

    static DeadLetter Letter(NpgsqlDataReader row) => new(
        row.Get<Guid>("id"), row.Get<string>("source"), row.Get<string>("endpoint"), row.Get<string>("message_type"), row.Get<Guid>("message_id"),
        row.GetOrNull<Guid>("job_id"), row.GetOrNull<Guid>("account_id"), row.Get<string>("reason"), row.Get<int>("attempts"),
        row.Get<DateTimeOffset>("failed_at"), row.Get<int>("size_bytes"));

    static OutboxMessage Message(NpgsqlDataReader row) => new()
    {
        MessageId = row.Get<Guid>("message_id"),
        ConversationId = row.GetOrNull<Guid>("conversation_id"),
        CorrelationId = row.GetOrNull<Guid>("correlation_id"),
        RequestId = row.GetOrNull<Guid>("request_id"),
        MessageType = row.Get<string>("message_type"),
        Destination = row.Get<string>("destination"),
        ContentType = row.Get<string>("content_type"),
        Headers = row.TextOrNull("headers"),
        Properties = row.TextOrNull("properties"),
        Body = row.Get<byte[]>("body"),
        TraceParent = row.TextOrNull("traceparent"),
        TraceState = row.TextOrNull("tracestate"),
    };

    static NpgsqlParameter P(object value) => new() { Value = value };

    static NpgsqlParameter Text(string? value) => Typed(value, NpgsqlDbType.Text);

    static NpgsqlParameter Id(Guid? value) => Typed(value, NpgsqlDbType.Uuid);

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
