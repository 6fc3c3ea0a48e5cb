using VideoGen.Durability;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Saga;

/// <summary>
/// The job's row as its saga changes it. Every change leaves an ended job alone and answers with the new row, or with null when
/// there was nothing to change. A job whose cancel was asked for stays <c>cancelling</c> until it ends.
/// </summary>
internal sealed class JobStore
{
    const string JobSelect = $"select {JobRow.Columns} from job where job.id = $1";

    const string JobStart = $"""
        update job set status = case when status = 'queued' then 'starting' else status end, slot_at = now(),
          deadline_at = now() + make_interval(secs => deadline_seconds), overdue_told_at = null, version = version + 1, updated_at = now()
        where id = $1 and ended_at is null returning {JobRow.Columns}
        """;

    const string JobRunning = $"""
        update job set status = case when status = 'cancelling' then status else 'running' end,
          attempt_id = $2, provider = $3, attempt_chosen = $4, started_at = coalesce(started_at, now()),
          progress_step = 'model_loading', version = version + 1, updated_at = now()
        where id = $1 and ended_at is null returning {JobRow.Columns}
        """;

    // Percent never runs backwards, not even when a second vendor starts over.
    const string JobProgress = $"""
        update job set progress_percent = greatest(progress_percent, $2), progress_step = $3, progress_message = $4,
          version = version + 1, updated_at = now()
        where id = $1 and ended_at is null
          and (progress_percent < $2 or progress_step <> $3 or progress_message is distinct from $4)
        returning {JobRow.Columns}
        """;

    const string JobStoring = $"""
        update job set status = case when status = 'cancelling' then status else 'storing' end, attempt_id = $2, provider = $3,
          started_at = coalesce(started_at, now()), storing_at = coalesce(storing_at, now()), progress_percent = greatest(progress_percent, 95), progress_step = 'storing', progress_message = null,
          version = version + 1, updated_at = now()
        where id = $1 and ended_at is null returning {JobRow.Columns}
        """;

    const string JobCancelling = $"""
        update job set status = 'cancelling', cancel_requested_at = coalesce(cancel_requested_at, now()),
          deadline_at = least(deadline_at, now() + interval '2 minutes'), overdue_told_at = null, version = version + 1, updated_at = now()
        where id = $1 and ended_at is null returning {JobRow.Columns}
        """;

    // Accounts has half a minute to say that it has captured; then the job completes all the same.
    const string JobSettling = $"""
        update job set deadline_at = now() + interval '30 seconds', overdue_told_at = null
        where id = $1 and ended_at is null and price > 0 returning {JobRow.Columns}
        """;

    const string JobComplete = $"""
        update job set status = 'completed', output = $2, provider = coalesce($3, provider), started_at = coalesce(started_at, now()), ended_at = now(),
          captured = price, progress_percent = 100, progress_step = 'done', progress_message = null, version = version + 1, updated_at = now()
        where id = $1 and ended_at is null returning {JobRow.Columns}
        """;

    const string JobEnd = $"""
        update job set status = $2, error_code = $3, error_message = $4, ended_at = now(), version = version + 1, updated_at = now()
        where id = $1 and ended_at is null returning {JobRow.Columns}
        """;

    // It may have overtaken the word of the job's end. Of an account that was deleted nothing is written any more: nobody would erase it.
    const string JobLateSuccess = """
        update job set late_success = $2
        where id = $1 and late_success is null
          and not exists (select from closed_account where closed_account.account_id = job.account_id)
        """;

    const string JobOverdue = """
        update job set overdue_told_at = now()
        where id in (
          select id from job
          where ended_at is null and deadline_at <= now() and (overdue_told_at is null or overdue_told_at < now() - interval '1 minute')
          order by deadline_at limit $1 for update skip locked)
        returning id, account_id, deadline_at
        """;

    const string SagaPrune = """
        delete from saga where (kind, id) in (
          select saga.kind, saga.id from saga join job on job.id = saga.id
          where saga.updated_at < now() - interval '8 days' and job.ended_at < now() - interval '8 days' limit $1)
        """;

    public Task<JobRow?> FindAsync(UnitOfWork work, Guid id, CancellationToken ct) => OneAsync(work, JobSelect, [id], ct);

    /// <summary>It has its slot; the model's deadline counts from now.</summary>
    public Task<JobRow?> StartAsync(UnitOfWork work, Guid id, CancellationToken ct) => OneAsync(work, JobStart, [id], ct);

    public Task<JobRow?> RunningAsync(UnitOfWork work, Guid id, Guid attemptId, string provider, string? chosen, CancellationToken ct) =>
        OneAsync(work, JobRunning, [id, attemptId, provider, Sql.Text(chosen)], ct);

    /// <summary>Null also when nothing a reader could see would change.</summary>
    public Task<JobRow?> ProgressAsync(UnitOfWork work, Guid id, int percent, string step, string? message, CancellationToken ct) =>
        OneAsync(work, JobProgress, [id, percent, step, Sql.Text(message)], ct);

    public Task<JobRow?> StoringAsync(UnitOfWork work, Guid id, Guid attemptId, string provider, CancellationToken ct) =>
        OneAsync(work, JobStoring, [id, attemptId, provider], ct);

    /// <summary>The vendor has two minutes to say what became of it.</summary>
    public Task<JobRow?> CancellingAsync(UnitOfWork work, Guid id, CancellationToken ct) => OneAsync(work, JobCancelling, [id], ct);

    /// <summary>It is made and owes its price; null when there is nothing to pay.</summary>
    public Task<JobRow?> SettlingAsync(UnitOfWork work, Guid id, CancellationToken ct) => OneAsync(work, JobSettling, [id], ct);

    public Task<JobRow?> CompleteAsync(UnitOfWork work, Guid id, string output, string? provider, CancellationToken ct) =>
        OneAsync(work, JobComplete, [id, Sql.Json(output), Sql.Text(provider)], ct);

    public Task<JobRow?> EndAsync(UnitOfWork work, Guid id, string status, string code, string message, CancellationToken ct) =>
        OneAsync(work, JobEnd, [id, status, code, message], ct);

    public async Task LateSuccessAsync(UnitOfWork work, Guid id, string success, CancellationToken ct)
    {
        await using var command = work.Command(JobLateSuccess, id, Sql.Json(success));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Living jobs whose deadline has passed and whose saga was not told of it within the last minute.</summary>
    public async Task<IReadOnlyList<OverdueJob>> OverdueAsync(UnitOfWork work, int limit, CancellationToken ct)
    {
        await using var command = work.Command(JobOverdue, limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var jobs = new List<OverdueJob>();
        while (await reader.ReadAsync(ct)) jobs.Add(new OverdueJob(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return jobs;
    }

    /// <summary>Forgets sagas of jobs that ended longer ago than any message is remembered by the inbox.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PruneSagasAsync(UnitOfWork work, int limit, CancellationToken ct)
    {
        await using var command = work.Command(SagaPrune, limit);
        return await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<JobRow?> OneAsync(UnitOfWork work, string sql, object?[] values, CancellationToken ct)
    {
        await using var command = work.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? JobRow.Read(reader) : null;
    }
}

internal readonly record struct OverdueJob(Guid Id, Guid AccountId, DateTimeOffset Deadline);
