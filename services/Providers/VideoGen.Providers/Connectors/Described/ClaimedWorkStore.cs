using Npgsql;
using NpgsqlTypes;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Whose a vendor's work may be, where the vendor can't say it.</summary>
internal sealed class ClaimedWorkStore(NpgsqlDataSource source)
{
    // One statement sees one moment: an attempt is in doubt in it, or has its id. Whatever begins later has no work in a list that was
    // read before.
    const string ClaimableWork = """
        select array(
            select candidate.id from unnest($4::text[]) as candidate (id)
            where not exists (select from attempts where attempts.connector = $1 and attempts.vendor_id = candidate.id)),
          exists (
            select from attempts as rival join generations as theirs on theirs.job_id = rival.job_id
            where rival.connector = $1 and rival.vendor_model = $2 and rival.id <> $3
              and rival.vendor_id is null and rival.state in ('creating', 'unknown', 'abandoned')
              and rival.created_at between $5 and $6
              and (not $7 or theirs.input::text = (
                select ours.input::text from attempts as mine join generations as ours on ours.job_id = mine.job_id where mine.id = $3)))
        """;

    /// <summary>Those of the ids that no attempt has, and whether they may as well belong to another attempt without an id.</summary>
    /// <param name="work">The attempt that looks for its work.</param>
    /// <param name="between">When another attempt must have begun, so that its work may be among these.</param>
    /// <param name="areTold">The vendor shows what was asked for, so that only an attempt with the same input comes into question.</param>
    public async Task<(IReadOnlyList<string> Free, bool IsContested)> ClaimableAsync(string connector, CreateRequest work,
        IReadOnlyList<string> ids, (DateTimeOffset First, DateTimeOffset Last) between, bool areTold, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ClaimableWork);
        command.Parameters.Add(new NpgsqlParameter { Value = connector });
        command.Parameters.Add(new NpgsqlParameter { Value = work.Model });
        command.Parameters.Add(new NpgsqlParameter { Value = work.ClientReference });
        command.Parameters.Add(new NpgsqlParameter { Value = ids.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = between.First.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = between.Last.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = areTold });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetFieldValue<string[]>(0), reader.GetBoolean(1));
    }
}
