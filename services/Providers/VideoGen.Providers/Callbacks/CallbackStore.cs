using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Providers.Callbacks;

/// <summary>Which callbacks have been taken, so that a repetition changes nothing.</summary>
internal sealed class CallbackStore(NpgsqlDataSource source)
{
    const string CallbackInsert = "insert into callbacks (vendor, id) values ($1, $2) on conflict do nothing";

    const string AttemptByVendorId = "select id from attempts where connector = $1 and vendor_id = $2 order by created_at desc limit 1";

    // Only while it is in doubt whether the vendor has the work, and never an id that another attempt has.
    const string AttemptName = """
        update attempts set vendor_id = $3
        where id = $1 and connector = $2 and vendor_id is null and state in ('creating', 'unknown')
          and not exists (select from attempts other where other.connector = $2 and other.vendor_id = $3)
        """;

    const string OldDelete = "delete from callbacks where received_at < now() - interval '7 days'";

    /// <summary>False when it has been taken before.</summary>
    public static async Task<bool> InsertAsync(UnitOfWork work, string vendor, string id, CancellationToken ct)
    {
        await using var command = work.Command(CallbackInsert, vendor, id);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>The attempt that the vendor knows by this id.</summary>
    public static async Task<Guid?> FindAttemptAsync(UnitOfWork work, string connector, string vendorId, CancellationToken ct)
    {
        await using var command = work.Command(AttemptByVendorId, connector, vendorId);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <summary>Notes what the vendor calls the work of an attempt, for a create whose answer may be lost.</summary>
    public static async Task NameAsync(UnitOfWork work, Guid attemptId, string connector, string vendorId, CancellationToken ct)
    {
        await using var command = work.Command(AttemptName, attemptId, connector, vendorId);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task PruneAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(OldDelete);
        await command.ExecuteNonQueryAsync(ct);
    }
}
