using VideoGen.Durability;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Submit;

/// <summary>The new job's row.</summary>
internal sealed class SubmitStore
{
    const string JobInsert = $"""
        insert into job (id, account_id, user_id, key_id, test, model, kind, input, assets, script, metadata, webhook_url, priority, price,
          price_version, deadline_seconds, deadline_at, expected_seconds, retention_days)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, now() + $17, $18, $19)
        returning {JobRow.Columns}
        """;

    const string HoldsConfirm = """
        update job set hold_confirmed_at = now() where id in (
          select id from job where ended_at is null and price > 0 and hold_confirmed_at is null and created_at < now() - $1::interval
          order by created_at limit $2 for update skip locked)
        returning id, account_id
        """;

    /// <summary>Living jobs with a price that are older than that and whose holds were not confirmed yet; they count as confirmed now.</summary>
    public async Task<IReadOnlyList<(Guid JobId, Guid AccountId)>> ConfirmAsync(UnitOfWork work, TimeSpan age, int limit, CancellationToken ct)
    {
        await using var command = work.Command(HoldsConfirm, age, limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var held = new List<(Guid, Guid)>();
        while (await reader.ReadAsync(ct)) held.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return held;
    }

    public async Task<JobRow> InsertAsync(UnitOfWork work, NewJob job, CancellationToken ct)
    {
        await using var command = work.Command(JobInsert,
            job.Id, job.AccountId, Sql.Uuid(job.UserId), Sql.Uuid(job.KeyId), job.Test, job.Model, job.Kind, Sql.Json(job.Input), Sql.Json(job.Assets),
            Sql.Json(job.Script), Sql.Json(job.Metadata), Sql.Text(job.WebhookUrl), job.Priority, job.Price, job.PriceVersion, job.DeadlineSeconds,
            job.QueueLimit, job.ExpectedSeconds, Sql.Int(job.RetentionDays));
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return JobRow.Read(reader);
    }
}

/// <param name="Input">JSON; so are <paramref name="Assets"/>, <paramref name="Script"/> and <paramref name="Metadata"/>.</param>
/// <param name="Price">Integer credits; 0 for a test job.</param>
/// <param name="DeadlineSeconds">From its start.</param>
/// <param name="QueueLimit">How long it may wait for one.</param>
/// <param name="ExpectedSeconds">From its start to its end, usually.</param>
/// <param name="RetentionDays">How long its outputs are kept; null for ever.</param>
internal sealed record NewJob(
    Guid Id, Guid AccountId, Guid? UserId, Guid? KeyId, bool Test, string Model, string Kind, string Input, string Assets, string? Script,
    string Metadata, string? WebhookUrl, int Priority, long Price, int PriceVersion, int DeadlineSeconds, TimeSpan QueueLimit,
    int ExpectedSeconds, int? RetentionDays);
