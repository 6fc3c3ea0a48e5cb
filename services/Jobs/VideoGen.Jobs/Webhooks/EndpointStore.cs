using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Durability;
using VideoGen.Jobs.Feed;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

/// <summary>A webhook endpoint as its account sees it.</summary>
/// <param name="Events">Event types it is told of, or <c>*</c> for all.</param>
/// <param name="Format">The shape of what is sent: <c>native</c> or <c>vsl</c>.</param>
/// <param name="DisabledReason"><c>customer</c>, <c>gone</c> (it answered 410) or <c>failing</c> (days without a success); null while enabled.</param>
/// <param name="FailingSince">Since when every attempt has failed; null after a success.</param>
/// <param name="Test">True: told of test jobs only; false: of live ones only.</param>
/// <param name="Headers">Its own headers by their names; a mask stands for each value.</param>
/// <param name="Secret">The signing secret; in the answer to the creation only.</param>
internal sealed record EndpointView(
    Guid Id, string Url, string[] Events, string Description, string Format, bool Enabled, string? DisabledReason, DateTimeOffset? FailingSince,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, bool Test, IReadOnlyDictionary<string, string> Headers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null);

/// <summary>What to change; null leaves as it is.</summary>
/// <param name="Headers">All of them, as they are sent.</param>
internal sealed record EndpointChange(
    string? Url, string[]? Events, string? Description, string? Format, bool? Enabled = null,
        IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>An account's webhook endpoints.</summary>
internal sealed class EndpointStore(UnitOfWork work, SecretCipher cipher)
{
    const string AccountLock = "select pg_advisory_xact_lock(hashtextextended('webhook endpoints of ' || $1::text, 0))";

    const string EndpointInsert = """
        insert into webhook_endpoint (id, account_id, url, events, description, format, test, header_names, headers_cipher)
        select $2, $1, $3, $4, $5, $6, $8, $9, $10 where (select count(*) from webhook_endpoint where account_id = $1 and test = $8) < $7
        returning id, url, events, description, format, enabled, disabled_reason, failing_since, created_at, updated_at, test, header_names
        """;

    const string EndpointsSelect = """
        select id, url, events, description, format, enabled, disabled_reason, failing_since, created_at, updated_at, test, header_names
        from webhook_endpoint where account_id = $1 and ($2::boolean is null or test = $2) order by id
        """;

    const string EndpointSelect = """
        select id, url, events, description, format, enabled, disabled_reason, failing_since, created_at, updated_at, test, header_names
        from webhook_endpoint where account_id = $1 and id = $2 and ($3::boolean is null or test = $3)
        """;

    const string EndpointLock = """
        select id, url, events, description, format, enabled, disabled_reason, failing_since, created_at, updated_at, test, header_names
        from webhook_endpoint where account_id = $1 and id = $2 and ($3::boolean is null or test = $3) for update
        """;

    // Whoever enables an endpoint again gives it the whole time to recover.
    const string EndpointUpdate = """
        update webhook_endpoint set url = coalesce($3, url), events = coalesce($4, events), description = coalesce($5, description),
          format = coalesce($6, format), enabled = coalesce($7, enabled),
          disabled_reason = case coalesce($7, enabled) when true then null else coalesce(disabled_reason, 'customer') end,
          failing_since = case when $7 and not enabled then null else failing_since end,
          header_names = coalesce($9::text[], header_names),
          headers_cipher = case when $9::text[] is null then headers_cipher else $10::bytea end,
          updated_at = now()
        where account_id = $1 and id = $2 and ($8::boolean is null or test = $8)
        returning id, url, events, description, format, enabled, disabled_reason, failing_since, created_at, updated_at, test, header_names
        """;

    const string EndpointDelete =
        "delete from webhook_endpoint where account_id = $1 and id = $2 and ($3::boolean is null or test = $3)";

    /// <summary>Null when there are as many in the world as there may be.</summary>
    /// <param name="world">One world, never both: the one that it belongs to, whose events it gets.</param>
    /// <param name="isNew">What it is to be; a URL is given.</param>
    public async Task<EndpointView?> CreateAsync(World world, EndpointChange isNew, int atMost, CancellationToken ct)
    {
        await using (var alone = work.Command(AccountLock, world.AccountId)) await alone.ExecuteNonQueryAsync(ct);
        var id = Guid.CreateVersion7();
        return await OneAsync(work.Command(EndpointInsert, world.AccountId, id, isNew.Url!,
            isNew.Events ?? [.. EventTypes.Ends],
            isNew.Description ?? "", isNew.Format ?? EndpointFormat.Native, atMost, world.Test!.Value,
            isNew.Headers?.Keys.ToArray() ?? [], Closed(id, isNew)), ct);
    }

    public async Task<List<EndpointView>> ListAsync(World world, CancellationToken ct)
    {
        await using var select = work.Command(EndpointsSelect, world.AccountId, Flag(world));
        await using var reader = await select.ExecuteReaderAsync(ct);
        var endpoints = new List<EndpointView>();
        while (await reader.ReadAsync(ct)) endpoints.Add(Read(reader));
        return endpoints;
    }

    public Task<EndpointView?> FindAsync(World world, Guid id, CancellationToken ct) =>
        OneAsync(work.Command(EndpointSelect, world.AccountId, id, Flag(world)), ct);

    /// <summary>The endpoint, locked until the transaction ends.</summary>
    public Task<EndpointView?> LockAsync(World world, Guid id, CancellationToken ct) =>
        OneAsync(work.Command(EndpointLock, world.AccountId, id, Flag(world)), ct);

    public Task<EndpointView?> ChangeAsync(World world, Guid id, EndpointChange change, CancellationToken ct) => OneAsync(
        work.Command(EndpointUpdate, world.AccountId, id, T(change.Url, NpgsqlDbType.Text),
            T(change.Events, NpgsqlDbType.Array | NpgsqlDbType.Text),
            T(change.Description, NpgsqlDbType.Text), T(change.Format, NpgsqlDbType.Text), T(change.Enabled, NpgsqlDbType.Boolean),
            Flag(world), T(change.Headers?.Keys.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text), Closed(id, change)), ct);

    public async Task<bool> DeleteAsync(World world, Guid id, CancellationToken ct)
    {
        await using var delete = work.Command(EndpointDelete, world.AccountId, id, Flag(world));
        return await delete.ExecuteNonQueryAsync(ct) == 1;
    }

    static async Task<EndpointView?> OneAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct) ? Read(reader) : null;
        }
    }

    static EndpointView Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetFieldValue<string[]>(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.IsDBNull(6) ? null : r.GetString(6),
        r.IsDBNull(7) ? null : r.GetFieldValue<DateTimeOffset>(7), r.GetFieldValue<DateTimeOffset>(8), r.GetFieldValue<DateTimeOffset>(9),
        r.GetBoolean(10), r.GetFieldValue<string[]>(11).ToDictionary(name => name, _ => EndpointHeaders.Mask, StringComparer.Ordinal));

    /// <summary>The headers encrypted for the endpoint; SQL null for none.</summary>
    NpgsqlParameter Closed(Guid id, EndpointChange change) =>
        T(change.Headers is { Count: > 0 } headers ? cipher.Encrypt(EndpointHeaders.Write(headers), id) : null, NpgsqlDbType.Bytea);

    static NpgsqlParameter Flag(World world) => T(world.Test, NpgsqlDbType.Boolean);

    static NpgsqlParameter T(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
