using Npgsql;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Catalog;

/// <summary>The copy that outlives a restart; see table <c>catalog_copy</c>.</summary>
internal sealed class CatalogStore(NpgsqlDataSource source)
{
    const string CopySelect = "select etag, body from catalog_copy";
    const string CopyUpsert = """
        insert into catalog_copy (etag, body) values ($1, $2)
        on conflict (single) do update set etag = excluded.etag, body = excluded.body, fetched_at = now()
        """;

    public async Task<(string ETag, string Json)?> LoadAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(CopySelect);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetString(0), reader.GetString(1)) : null;
    }

    public async Task SaveAsync(string etag, string json, CancellationToken ct)
    {
        await using var command = source.CreateCommand(CopyUpsert);
        command.Parameters.Add(Sql.Text(etag));
        command.Parameters.Add(Sql.Json(json));
        await command.ExecuteNonQueryAsync(ct);
    }
}
