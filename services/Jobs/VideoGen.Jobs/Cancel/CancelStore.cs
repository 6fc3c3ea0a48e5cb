using VideoGen.Durability;
using VideoGen.Jobs.Attempts;
using VideoGen.Jobs.Read;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Cancel;

/// <summary>What a customer's wish to stop or to forget a job changes at once; the saga does the rest.</summary>
internal sealed class CancelStore
{
    const string JobCancel = $"""
        update job set status = 'cancelling', cancel_requested_at = now(), version = version + 1, updated_at = now()
        where account_id = $1 and id = $2 and ($3::boolean is null or test = $3)
          and deleted_at is null and ended_at is null and cancel_requested_at is null
        returning {JobRow.Columns}, null::int as queue_position, {AttemptStore.Column}
        """;

    const string JobDelete = $"""
        update job set deleted_at = now(), status = case when ended_at is null then 'cancelling' else status end,
          cancel_requested_at = case when ended_at is null then coalesce(cancel_requested_at, now()) else cancel_requested_at end,
          version = version + 1, updated_at = now()
        where account_id = $1 and id = $2 and ($3::boolean is null or test = $3) and deleted_at is null
        returning {JobRow.Columns}
        """;

    /// <summary>With its attempts; null when there is no such job, or it has ended, or its cancel was asked for before.</summary>
    public async Task<JobRow?> CancelAsync(UnitOfWork work, World world, Guid id, CancellationToken ct)
    {
        await using var command = work.Command(JobCancel, world.AccountId, id, Sql.Flag(world.Test));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? JobRow.Read(reader) with { EndedAttempts = AttemptStore.Parse(reader.GetString(reader.FieldCount - 1)) } : null;
    }

    /// <summary>Null when there is no such job.</summary>
    public async Task<JobRow?> DeleteAsync(UnitOfWork work, World world, Guid id, CancellationToken ct)
    {
        await using var command = work.Command(JobDelete, world.AccountId, id, Sql.Flag(world.Test));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? JobRow.Read(reader) : null;
    }
}
