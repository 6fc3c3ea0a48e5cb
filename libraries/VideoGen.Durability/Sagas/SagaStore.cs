using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using Npgsql;
using NpgsqlTypes;

namespace VideoGen.Durability;

/// <summary>Under which name the sagas of a type stand in the table.</summary>
internal sealed record SagaKind<TSaga>(string Name);

/// <summary>
/// Sagas as a part of somebody else's transaction: begun with what they are about, or moved on without a message where they are free. What
/// is done here must be what the state machine would do.
/// </summary>
public interface ISagas<TSaga> where TSaga : class, ISaga
{
    /// <summary>Begins the saga in the open transaction. Nobody may know its id yet.</summary>
    Task InsertAsync(TSaga saga, CancellationToken ct);

    /// <summary>The saga, locked until the transaction ends; null when another transaction has it, or when there is none.</summary>
    Task<TSaga?> TryTakeAsync(Guid id, CancellationToken ct);

    /// <summary>Writes a saga that <see cref="TryTakeAsync"/> answered.</summary>
    Task UpdateAsync(TSaga saga, CancellationToken ct);
}

/// <summary>Rows of table <c>saga</c>: (kind, id) → version and state.</summary>
internal sealed class SagaStore<TSaga>(UnitOfWork work, SagaKind<TSaga> kind) : ISagas<TSaga> where TSaga : class, ISaga
{
    const string RowLock = "select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2::text, 0))";
    const string RowTryLock = "select pg_try_advisory_xact_lock(hashtextextended($1 || '/' || $2::text, 0))";
    const string StateSelect = "select version, state from saga where kind = $1 and id = $2";
    const string StateInsert = "insert into saga (kind, id, version, state) values ($1, $2, 1, $3) on conflict do nothing";
    const string StateUpdate = """
        update saga set state = $4, version = version + 1, updated_at = now() where kind = $1 and id = $2 and version = $3
        """;
    const string StateDelete = "delete from saga where kind = $1 and id = $2 and version = $3";

    readonly Dictionary<Guid, int> _versions = [];

    /// <summary>The saga, locked until the transaction ends when <paramref name="forChange"/>; a saga not yet made is locked too.</summary>
    public async Task<TSaga?> LoadAsync(Guid id, bool forChange, CancellationToken ct)
    {
        await using var batch = work.Batch();
        if (forChange) batch.BatchCommands.Add(Keyed(RowLock, id));
        batch.BatchCommands.Add(Keyed(StateSelect, id));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (forChange) await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader, id) : null;
    }

    TSaga? Read(NpgsqlDataReader reader, Guid id)
    {
        _versions[id] = reader.GetInt32(0);
        return JsonSerializer.Deserialize<TSaga>(reader.GetFieldValue<byte[]>(1), SagaJson.Options);
    }

    // Two statements, so that the second sees what the holder before committed.
    public async Task<TSaga?> TryTakeAsync(Guid id, CancellationToken ct)
    {
        await using var batch = work.Batch();
        batch.BatchCommands.Add(Keyed(RowTryLock, id));
        batch.BatchCommands.Add(Keyed(StateSelect, id));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var isTaken = reader.GetBoolean(0);
        await reader.NextResultAsync(ct);
        return isTaken && await reader.ReadAsync(ct) ? Read(reader, id) : null;
    }

    public async Task InsertAsync(TSaga saga, CancellationToken ct)
    {
        await using var command = work.Command(StateInsert, kind.Name, saga.CorrelationId, State(saga));
        await OneRowAsync(command, saga, ct);
        _versions[saga.CorrelationId] = 1;
    }

    public async Task UpdateAsync(TSaga saga, CancellationToken ct)
    {
        await using var command = work.Command(StateUpdate, kind.Name, saga.CorrelationId, _versions[saga.CorrelationId], State(saga));
        await OneRowAsync(command, saga, ct);
        _versions[saga.CorrelationId]++;
    }

    public async Task DeleteAsync(TSaga saga, CancellationToken ct)
    {
        await using var command = work.Command(StateDelete, kind.Name, saga.CorrelationId, _versions[saga.CorrelationId]);
        await OneRowAsync(command, saga, ct);
        _versions.Remove(saga.CorrelationId);
    }

    static async Task OneRowAsync(NpgsqlCommand command, TSaga saga, CancellationToken ct)
    {
        if (await command.ExecuteNonQueryAsync(ct) != 1)
            throw new ConcurrencyException("The saga was changed by someone who did not hold its lock.", typeof(TSaga), saga.CorrelationId);
    }

    NpgsqlBatchCommand Keyed(string sql, Guid id) => new(sql) { Parameters = { new() { Value = kind.Name }, new() { Value = id } } };

    static NpgsqlParameter State(TSaga saga) =>
        new() { Value = JsonSerializer.SerializeToUtf8Bytes(saga, SagaJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb };
}

internal static class SagaJson
{
    // snake_case and enums by name: the state is read by SQL too.
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
