using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>The table of local renders.</summary>
internal sealed class RenderStore(NpgsqlDataSource source)
{
    const string Columns =
        "id, work_order, state, run, percent, step, refusal_kind, error_code, error_message, error_detail, outputs, node, renewals, answer, created_at, now()";

    const string RenderInsert = $"""
        insert into renders (id, client_reference, connector, work_order, state, percent, step, outputs, node, answer, ended_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $5 = 'succeeded' then now() end)
        on conflict (client_reference) do nothing
        returning {Columns}
        """;

    const string RenderById = $"select {Columns} from renders where id = $1";
    const string RenderByReference = $"select {Columns} from renders where client_reference = $1";

    const string RenderClaim = $"""
        update renders set state = 'running', run = run + 1, percent = 0, step = 'model_loading', started_at = coalesce(started_at, now())
        where id = $1 and state in ('queued', 'running')
        returning {Columns}
        """;

    const string ProgressUpdate = "update renders set percent = $3, step = $4 where id = $1 and run = $2 and state = 'running'";

    const string RenderSucceed = """
        update renders set state = 'succeeded', percent = 100, outputs = $3, node = $4, answer = $5, ended_at = now()
        where id = $1 and run = $2 and state = 'running'
        """;

    const string RenderFail = """
        update renders set state = 'failed', refusal_kind = $3, error_code = $4, error_message = $5, error_detail = $6, ended_at = now()
        where id = $1 and run = $2 and state = 'running'
        """;

    const string RenderCancel = "update renders set state = 'cancelled', ended_at = now() where id = $1 and state in ('queued', 'running')";
    const string RenewalCount = $"update renders set renewals = renewals + 1 where id = $1 and state = 'succeeded' returning {Columns}";
    const string RenderDelete = "delete from renders where id = $1 and state in ('succeeded', 'failed', 'cancelled')";
    const string ReferencesKnown = "select client_reference from renders where client_reference = any($1)";

    /// <summary>Null when there is a render of this reference already.</summary>
    public static async Task<RenderRow?> InsertAsync(
        UnitOfWork work, Guid id, RenderOrder order, Delivery? delivered, string? node, CancellationToken ct)
    {
        await using var command = work.Command(RenderInsert, id, order.ClientReference, order.Connector, Json(order, NpgsqlDbType.Json),
            delivered is null ? "queued" : "succeeded", delivered is null ? 0 : 100, delivered is null ? Steps.Queued : Steps.Encoding,
            Json(delivered?.Files), Text(node), Text(delivered?.Answer));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Row(reader) : null;
    }

    public Task<RenderRow?> FindAsync(Guid id, CancellationToken ct) => ReadAsync(source.CreateCommand(RenderById), id, ct);

    public Task<RenderRow?> FindByReferenceAsync(Guid clientReference, CancellationToken ct) =>
        ReadAsync(source.CreateCommand(RenderByReference), clientReference, ct);

    /// <summary>Takes an unfinished render for a new run; null when it has ended or is gone.</summary>
    public Task<RenderRow?> ClaimAsync(Guid id, CancellationToken ct) => ReadAsync(source.CreateCommand(RenderClaim), id, ct);

    /// <summary>Fresh links: counts a renewal of a finished render; null for any other.</summary>
    public Task<RenderRow?> RenewAsync(Guid id, CancellationToken ct) => ReadAsync(source.CreateCommand(RenewalCount), id, ct);

    /// <summary>False when the render was cancelled or another run has taken over.</summary>
    public async Task<bool> ProgressAsync(RenderRow row, int percent, string step, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ProgressUpdate);
        Add(command, row.Id, row.Run, percent, step);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <inheritdoc cref="ProgressAsync"/>
    public static async Task<bool> SucceedAsync(UnitOfWork work, RenderRow row, IReadOnlyList<RenderedFile> outputs, string? answer, string node, CancellationToken ct)
    {
        await using var command = work.Command(RenderSucceed, row.Id, row.Run, Json(outputs), node, Text(answer));
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <inheritdoc cref="ProgressAsync"/>
    public static async Task<bool> FailAsync(UnitOfWork work, RenderRow row, Refusal refusal, CancellationToken ct)
    {
        await using var command = work.Command(RenderFail, row.Id, row.Run, refusal.Kind.ToString(), refusal.Code.Code, refusal.Message, Text(refusal.Detail));
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>False when it had ended before, or never was.</summary>
    public async Task<bool> CancelAsync(Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(RenderCancel);
        Add(command, id);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Forgets a render that has ended.</summary>
    public async Task DeleteAsync(Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(RenderDelete);
        Add(command, id);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Those of the references that have a row.</summary>
    public async Task<HashSet<Guid>> KnownAsync(Guid[] references, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ReferencesKnown);
        Add(command, references);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new HashSet<Guid>();
        while (await reader.ReadAsync(ct)) known.Add(reader.GetGuid(0));
        return known;
    }

    static async Task<RenderRow?> ReadAsync(NpgsqlCommand command, Guid key, CancellationToken ct)
    {
        await using (command)
        {
            Add(command, key);
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct) ? Row(reader) : null;
        }
    }

    static RenderRow Row(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), Parse<RenderOrder>(reader.GetString(1)), Enum.Parse<RenderState>(reader.GetString(2), ignoreCase: true), reader.GetInt32(3),
        reader.GetInt32(4), reader.GetString(5),
        reader.IsDBNull(6) ? null : new Refusal(
            Enum.Parse<RefusalKind>(reader.GetString(6)), ErrorCodes.Find(reader.GetString(7)), reader.GetString(8), reader.IsDBNull(9) ? null : reader.GetString(9)),
        reader.IsDBNull(10) ? [] : Parse<IReadOnlyList<RenderedFile>>(reader.GetString(10)), reader.IsDBNull(11) ? null : reader.GetString(11),
        reader.GetInt32(12), reader.IsDBNull(13) ? null : reader.GetString(13), reader.GetFieldValue<DateTimeOffset>(14), reader.GetFieldValue<DateTimeOffset>(15));

    static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, ApiJson.Options)!;

    static NpgsqlParameter Json<T>(T? value, NpgsqlDbType type = NpgsqlDbType.Jsonb) =>
        new() { Value = value is null ? DBNull.Value : JsonSerializer.Serialize(value, ApiJson.Options), NpgsqlDbType = type };

    static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
    }
}
