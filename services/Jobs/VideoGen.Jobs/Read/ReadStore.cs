using System.Text.Json;
using Npgsql;
using VideoGen.Jobs.Attempts;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Read;

/// <summary>Jobs as their account sees them: what is deleted, of the other world, or somebody else's, is not there.</summary>
internal sealed class ReadStore(NpgsqlDataSource source)
{
    const string JobSelect = $"""
        select {JobRow.Columns}, {JobRow.QueuePositionColumn}, {AttemptStore.Column} from job
        where job.account_id = $1 and job.id = $2 and job.deleted_at is null and ($3::boolean is null or job.test = $3)
        """;

    /// <summary>What a list was asked for, of whatever jobs; its parameters come first, from <see cref="AddFilters"/>.</summary>
    internal const string Filters = """
        ($1::text[] is null or job.status = any($1)) and ($2::text is null or job.model = $2)
          and ($3::timestamptz is null or job.created_at > $3) and ($4::timestamptz is null or job.created_at < $4)
          and ($5::text[] is null or job.kind = any($5)) and ($6::timestamptz is null or job.ended_at > $6)
          and ($7::timestamptz is null or job.ended_at < $7) and ($8::boolean is null or job.test = $8)
          and ($9::jsonb is null or job.metadata::jsonb @> $9)
        """;

    const string Matches = $"""
        job.account_id = $10 and job.deleted_at is null and ($11::boolean is null or job.test = $11)
          and {Filters}
        """;

    const string JobsSelect = $"""
        select {JobRow.Columns}, {JobRow.QueuePositionColumn} from job where {Matches} and ($12::uuid is null or job.id < $12)
        order by job.id desc limit $13 offset $14
        """;

    const string JobsCount = $"select count(*) from job where {Matches}";

    // A job that is not there comes without its columns.
    const string ChangedSelect = $"""
        select {JobRow.Columns}, {JobRow.QueuePositionColumn}, known.id
        from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::boolean[]) as known(id, account_id, version, test)
        left join job on job.id = known.id and job.account_id = known.account_id and job.deleted_at is null
          and (known.test is null or job.test = known.test)
        where job.id is null or job.version > known.version
        """;

    public async Task<JobRow?> FindAsync(World world, Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = world.AccountId });
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        command.Parameters.Add(Sql.Flag(world.Test));
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return JobRow.Read(reader) with { EndedAttempts = AttemptStore.Parse(reader.GetString(reader.FieldCount - 1)) };
    }

    /// <summary>Newest first; one more than the limit when there are more.</summary>
    public async Task<IReadOnlyList<JobRow>> ListAsync(World world, JobsQuery query, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobsSelect);
        AddFilters(command, query);
        AddWorld(command, world);
        command.Parameters.Add(Sql.Uuid(query.Before));
        command.Parameters.Add(new NpgsqlParameter { Value = (long)query.Limit + 1 });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Offset });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<JobRow>();
        while (await reader.ReadAsync(ct)) rows.Add(JobRow.Read(reader));
        return rows;
    }

    public async Task<long> CountAsync(World world, JobsQuery query, CancellationToken ct)
    {
        await using var command = source.CreateCommand(JobsCount);
        AddFilters(command, query);
        AddWorld(command, world);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Those with a newer version than is known, and the ids of those that are not there for their account.</summary>
    public async Task<(IReadOnlyList<JobRow> Changed, IReadOnlyList<Guid> Gone)> ChangedAsync(IReadOnlyList<KnownJob> known, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ChangedSelect);
        command.Parameters.Add(new NpgsqlParameter { Value = known.Select(job => job.Id).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = known.Select(job => job.AccountId).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = known.Select(job => job.Version).ToArray() });
        command.Parameters.Add(Sql.Flags([.. known.Select(job => job.Test)]));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (changed, gone) = (new List<JobRow>(), new List<Guid>());
        while (await reader.ReadAsync(ct))
        {
            if (reader.IsDBNull(0)) gone.Add(reader.GetGuid(reader.FieldCount - 1));
            else changed.Add(JobRow.Read(reader));
        }
        return (changed, gone);
    }

    /// <summary>The parameters of <see cref="Filters"/>.</summary>
    internal static void AddFilters(NpgsqlCommand command, JobsQuery query)
    {
        command.Parameters.Add(Sql.Texts(query.Statuses));
        command.Parameters.Add(Sql.Text(query.Model));
        command.Parameters.Add(Sql.Time(query.CreatedAfter));
        command.Parameters.Add(Sql.Time(query.CreatedBefore));
        command.Parameters.Add(Sql.Texts(query.Kinds));
        command.Parameters.Add(Sql.Time(query.EndedAfter));
        command.Parameters.Add(Sql.Time(query.EndedBefore));
        command.Parameters.Add(Sql.Flag(query.Test));
        command.Parameters.Add(Sql.Jsonb(query.Metadata is null ? null : JsonSerializer.Serialize(query.Metadata)));
    }

    static void AddWorld(NpgsqlCommand command, World world)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = world.AccountId });
        command.Parameters.Add(Sql.Flag(world.Test));
    }
}
