using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Assets;

/// <summary>Table <c>asset</c>.</summary>
internal sealed class AssetStore(NpgsqlDataSource source)
{
    const string Columns = """
        id, account_id, kind, origin, job_id, output_index, media_type, file_name, sha256, width, height, duration_seconds, fps, has_audio,
        content_key, size_bytes, thumbnail_key, thumbnail_bytes, preview_key, preview_bytes, created_at, codec, expires_at, test
        """;

    // What comes for an account that was deleted meanwhile has outlived its time already.
    const string AssetInsert = $"""
        insert into asset (id, account_id, kind, origin, job_id, output_index, media_type, file_name, sha256, width, height, duration_seconds, fps,
          has_audio, content_key, size_bytes, thumbnail_key, thumbnail_bytes, preview_key, preview_bytes, codec, expires_at, test)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
          least(now() + make_interval(days => $22), (select now() from closed_account where account_id = $2)), $23)
        returning {Columns}
        """;

    // An asset of which nobody knows the world is there for both.
    const string AssetSelect = $"""
        select {Columns} from asset where account_id = $1 and id = $2 and ($3::boolean is null or test is null or test = $3)
        """;

    // For a signed link, which stands for the account that it was made for.
    const string LinkedAssetSelect = $"select {Columns} from asset where id = $1";

    const string AssetsSelect = $"""
        select {Columns} from asset where account_id = $1 and id = any($2) and ($3::boolean is null or test is null or test = $3)
        """;

    const string PageSelect = $"""
        select {Columns} from asset
        where account_id = $1 and ($2::text is null or kind = $2) and ($3::text is null or origin = $3) and ($4::uuid is null or job_id = $4)
          and ($5::uuid is null or id < $5) and ($7::boolean is null or test is null or test = $7)
        order by id desc limit $6
        """;

    // A file from before the worlds were told apart is seen from both, but only a live credential may delete it.
    const string AssetDelete = $"""
        delete from asset where account_id = $1 and id = $2 and ($3::boolean is null or coalesce(test, false) = $3) returning {Columns}
        """;

    const string JobAssetsDelete = $"""
        delete from asset where account_id = $1 and job_id = $2 and ($3::boolean is null or coalesce(test, false) = $3) returning {Columns}
        """;

    const string OutlivedDelete = $"""
        delete from asset where id in
          (select id from asset where origin = $1 and created_at < now() - $2::interval order by created_at limit $3 for update skip locked)
        returning {Columns}
        """;

    const string ExpiredDelete = $"""
        delete from asset where id in (select id from asset where expires_at < now() order by expires_at limit $1 for update skip locked)
        returning {Columns}
        """;

    const string AccountAssetsDelete = $"""
        delete from asset where id in (select id from asset where account_id = $1 limit $2) returning {Columns}
        """;

    const string MadeVideosCount = """
        select count(*), coalesce(sum(size_bytes + coalesce(thumbnail_bytes, 0) + coalesce(preview_bytes, 0)), 0)::bigint
        from asset where account_id = $1 and kind = 'video' and origin = 'job' and ($2::boolean is null or test is null or test = $2)
        """;

    // Which of the given objects belong to no row.
    const string OrphansSelect = """
        select key from unnest($1::text[]) as listed(key)
        where not exists (select from asset where content_key = key) and not exists (select from asset where thumbnail_key = key)
          and not exists (select from asset where preview_key = key)
        """;

    /// <param name="retentionDays">How long it is kept, from now; null for ever.</param>
    public static async Task<AssetRow> InsertAsync(UnitOfWork work, AssetRow asset, int? retentionDays, CancellationToken ct)
    {
        await using var command = work.Command(AssetInsert,
            asset.Id, asset.AccountId, asset.Kind, asset.Origin, Typed(asset.JobId, NpgsqlDbType.Uuid), Typed(asset.OutputIndex, NpgsqlDbType.Integer),
            asset.MediaType, asset.FileName, asset.Sha256, Typed(asset.Width, NpgsqlDbType.Integer), Typed(asset.Height, NpgsqlDbType.Integer),
            Typed(asset.DurationSeconds, NpgsqlDbType.Double), Typed(asset.Fps, NpgsqlDbType.Double), Typed(asset.HasAudio, NpgsqlDbType.Boolean),
            asset.Objects.Content.Key.ToString(), asset.Objects.Content.SizeBytes,
            Typed(asset.Objects.Thumbnail?.Key.ToString(), NpgsqlDbType.Text), Typed(asset.Objects.Thumbnail?.SizeBytes, NpgsqlDbType.Bigint),
            Typed(asset.Objects.Preview?.Key.ToString(), NpgsqlDbType.Text), Typed(asset.Objects.Preview?.SizeBytes, NpgsqlDbType.Bigint),
            Typed(asset.Codec, NpgsqlDbType.Text), Typed(retentionDays, NpgsqlDbType.Integer), Typed(asset.Test, NpgsqlDbType.Boolean));
        return (await ReadAsync(command, ct))[0];
    }

    /// <summary>An asset of that world; null for a missing or foreign one.</summary>
    public async Task<AssetRow?> FindAsync(World world, Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(AssetSelect);
        command.Parameters.AddRange((NpgsqlParameter[])[V(world.AccountId), V(id), Flag(world)]);
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    public async Task<AssetRow?> FindLinkedAsync(Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(LinkedAssetSelect);
        command.Parameters.Add(V(id));
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    public async Task<List<AssetRow>> FindAllAsync(World world, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await using var command = source.CreateCommand(AssetsSelect);
        command.Parameters.AddRange((NpgsqlParameter[])[V(world.AccountId), V(ids.ToArray()), Flag(world)]);
        return await ReadAsync(command, ct);
    }

    /// <summary>The newest first, those before <paramref name="before"/>; null filters let everything through.</summary>
    public async Task<List<AssetRow>> PageAsync(
        World world, string? kind, string? origin, Guid? jobId, Guid? before, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(PageSelect);
        command.Parameters.AddRange((NpgsqlParameter[])[V(world.AccountId), Typed(kind, NpgsqlDbType.Text),
            Typed(origin, NpgsqlDbType.Text),
            Typed(jobId, NpgsqlDbType.Uuid),
            Typed(before, NpgsqlDbType.Uuid), V(limit), Flag(world)]);
        return await ReadAsync(command, ct);
    }

    /// <summary>The row that was deleted; null for a missing or foreign one.</summary>
    public static async Task<AssetRow?> DeleteAsync(UnitOfWork work, World world, Guid id, CancellationToken ct)
    {
        await using var command = work.Command(AssetDelete, world.AccountId, id, Flag(world));
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    public static async Task<List<AssetRow>> DeleteOfJobAsync(UnitOfWork work, World world, Guid jobId, CancellationToken ct)
    {
        await using var command = work.Command(JobAssetsDelete, world.AccountId, jobId, Flag(world));
        return await ReadAsync(command, ct);
    }

    /// <summary>Deletes up to <paramref name="limit"/> assets of an account, of both worlds.</summary>
    public static async Task<List<AssetRow>> DeleteOfAccountAsync(UnitOfWork work, Guid accountId, int limit, CancellationToken ct)
    {
        await using var command = work.Command(AccountAssetsDelete, accountId, limit);
        return await ReadAsync(command, ct);
    }

    /// <summary>Deletes up to <paramref name="limit"/> assets whose time by their plan has come.</summary>
    public static async Task<List<AssetRow>> DeleteExpiredAsync(UnitOfWork work, int limit, CancellationToken ct)
    {
        await using var command = work.Command(ExpiredDelete, limit);
        return await ReadAsync(command, ct);
    }

    /// <summary>Deletes up to <paramref name="limit"/> assets of an origin that are older than this.</summary>
    public static async Task<List<AssetRow>> DeleteOutlivedAsync(UnitOfWork work, string origin, TimeSpan age, int limit, CancellationToken ct)
    {
        await using var command = work.Command(OutlivedDelete, origin, age, limit);
        return await ReadAsync(command, ct);
    }

    /// <summary>How many videos the account's jobs made that are still there, and the bytes of all their objects.</summary>
    public async Task<(long Count, long Bytes)> MadeVideosAsync(World world, CancellationToken ct)
    {
        await using var command = source.CreateCommand(MadeVideosCount);
        command.Parameters.AddRange((NpgsqlParameter[])[V(world.AccountId), Flag(world)]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Which of these objects belong to no asset.</summary>
    public async Task<List<ObjectKey>> OrphansAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken ct)
    {
        await using var command = source.CreateCommand(OrphansSelect);
        command.Parameters.Add(V(keys.Select(key => key.ToString()).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var orphans = new List<ObjectKey>();
        while (await reader.ReadAsync(ct)) orphans.Add(ObjectKey.Parse(reader.GetString(0)));
        return orphans;
    }

    static async Task<List<AssetRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<AssetRow>();
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }

    static AssetRow Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), Maybe<Guid>(r, 4), Maybe<int>(r, 5), r.GetString(6), r.GetString(7), r.GetString(8),
        Maybe<int>(r, 9), Maybe<int>(r, 10), Maybe<double>(r, 11), Maybe<double>(r, 12), Maybe<bool>(r, 13),
        r.IsDBNull(21) ? null : r.GetString(21), new AssetObjects(Object(r, 14)!, Object(r, 16), Object(r, 18)), r.GetFieldValue<DateTimeOffset>(20),
        Maybe<DateTimeOffset>(r, 22), Maybe<bool>(r, 23));

    static KeptObject? Object(NpgsqlDataReader r, int at) => r.IsDBNull(at) ? null : new KeptObject(ObjectKey.Parse(r.GetString(at)), r.GetInt64(at + 1));

    static T? Maybe<T>(NpgsqlDataReader r, int at) where T : struct => r.IsDBNull(at) ? null : r.GetFieldValue<T>(at);

    static NpgsqlParameter V(object value) => new() { Value = value };

    static NpgsqlParameter Flag(World world) => Typed(world.Test, NpgsqlDbType.Boolean);

    static NpgsqlParameter Typed(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
