using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Providers.Memory;

/// <summary>Table <c>loaded_models</c>. A row whose process has been silent for long is forgotten: its memory went with it.</summary>
internal sealed class LoadedModelStore(NpgsqlDataSource source)
{
    const string Columns = "model, place, node, load_id, memory_bytes, started_at, loaded_at";

    // What lies on ComfyUI does not depend on the process that loaded it. No load takes longer than ten minutes.
    const string Living = """
        ((seen_at > now() - interval '20 seconds' or (place = 'comfyui' and loaded_at is not null))
          and (loaded_at is not null or started_at > now() - interval '15 minutes'))
        """;

    const string TableLock = "lock table loaded_models in share row exclusive mode";

    const string SilentDelete = $"delete from loaded_models where not {Living}";

    const string ModelSelect = $"select {Columns} from loaded_models where model = $1 and {Living}";

    const string ModelsSelect = $"select {Columns} from loaded_models where loaded_at is not null and {Living} order by loaded_at, model";

    const string NeededSum = "select coalesce(sum(needed_bytes), 0)::bigint from loaded_models where place = $1";

    const string ModelInsert = $"""
        insert into loaded_models (model, place, node, load_id, needed_bytes) values ($1, $2, $3, $4, $5) returning {Columns}
        """;

    const string ModelLoaded = "update loaded_models set memory_bytes = $3, loaded_at = now(), seen_at = now() where model = $1 and load_id = $2";

    const string LoadDelete = "delete from loaded_models where model = $1 and load_id = $2";

    const string PlaceDelete = "delete from loaded_models where place = $1 and loaded_at is not null";

    const string NodeSeen = "update loaded_models set seen_at = now() where node = $1 returning model";

    const string NodeDelete = "delete from loaded_models where node = $1 and (place = 'simulator' or loaded_at is null)";

    /// <summary>Keeps all others from changing the table until the transaction ends.</summary>
    public static async Task LockAsync(UnitOfWork work, CancellationToken ct)
    {
        await using var batch = work.Batch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TableLock));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SilentDelete));
        await batch.ExecuteNonQueryAsync(ct);
    }

    public static async Task<LoadedRow?> FindAsync(UnitOfWork work, string model, CancellationToken ct)
    {
        await using var command = work.Command(ModelSelect, model);
        return await OneAsync(command, ct);
    }

    /// <summary>The sum of what the models of a place need, by the catalogue.</summary>
    public static async Task<long> NeededAsync(UnitOfWork work, string place, CancellationToken ct)
    {
        await using var command = work.Command(NeededSum, place);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public static async Task<LoadedRow> InsertAsync(UnitOfWork work, string model, string place, string node, Guid loadId, long neededBytes, CancellationToken ct)
    {
        await using var command = work.Command(ModelInsert, model, place, node, loadId, neededBytes);
        return (await OneAsync(command, ct))!;
    }

    public async Task<LoadedRow?> FindAsync(string model, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ModelSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = model });
        return await OneAsync(command, ct);
    }

    /// <summary>Every loaded model, the longest loaded first.</summary>
    public async Task<IReadOnlyList<LoadedRow>> ListAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(ModelsSelect);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<LoadedRow>();
        while (await reader.ReadAsync(ct)) rows.Add(Row(reader));
        return rows;
    }

    /// <summary>False when this load was given up meanwhile.</summary>
    public Task<bool> LoadedAsync(string model, Guid loadId, long bytes, CancellationToken ct) => ChangeAsync(ModelLoaded, ct, model, loadId, bytes);

    /// <summary>False when somebody else has removed it.</summary>
    public Task<bool> RemoveAsync(string model, Guid loadId, CancellationToken ct) => ChangeAsync(LoadDelete, ct, model, loadId);

    public Task RemoveAllAsync(string place, CancellationToken ct) => ChangeAsync(PlaceDelete, ct, place);

    /// <summary>This process lives.</summary>
    /// <returns>The models that it is recorded to load or hold.</returns>
    public async Task<IReadOnlySet<string>> SeenAsync(string node, CancellationToken ct)
    {
        await using var command = source.CreateCommand(NodeSeen);
        command.Parameters.Add(new NpgsqlParameter { Value = node });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var models = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct)) models.Add(reader.GetString(0));
        return models;
    }

    /// <summary>The process at this address holds nothing: it has just started, or it stops.</summary>
    public Task RemoveNodeAsync(string node, CancellationToken ct) => ChangeAsync(NodeDelete, ct, node);

    async Task<bool> ChangeAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    static async Task<LoadedRow?> OneAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Row(reader) : null;
    }

    static LoadedRow Row(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetGuid(3), reader.IsDBNull(4) ? null : reader.GetInt64(4),
        reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
}

/// <summary>A model that is being loaded or is loaded.</summary>
/// <param name="Node">The process that loads it and, on the simulator, holds it.</param>
/// <param name="MemoryBytes">Null until it is loaded.</param>
internal sealed record LoadedRow(string Model, string Place, string Node, Guid LoadId, long? MemoryBytes, DateTimeOffset StartedAt, DateTimeOffset? LoadedAt);
