using VideoGen.Durability;

namespace VideoGen.Jobs.Erasure;

/// <summary>What is changed and deleted of a closed account.</summary>
internal sealed class ErasureStore
{
    const int Batch = 500;

    // The lock that every submit takes: one that has it finishes first and is seen by the erasing, one that waits for it finds the
    // account closed.
    const string SlotsLock = """
        insert into slot_account (account_id, running, waiting, running_limit, waiting_limit) values ($1, 0, 0, 0, 0)
        on conflict (account_id) do update set running_limit = slot_account.running_limit
        """;

    const string ClosedInsert = "insert into closed_account (account_id) values ($1) on conflict (account_id) do nothing";

    // Deleted as well: what one of them makes in spite of its cancel is discarded by its saga. One that is being changed is left for the
    // next look: who changes it may wait for another of these.
    const string JobsCancel = """
        update job set status = 'cancelling', cancel_requested_at = coalesce(cancel_requested_at, now()),
          deleted_at = coalesce(deleted_at, now()), version = version + 1, updated_at = now()
        where id in (
          select id from job
          where account_id = $1 and ended_at is null and (cancel_requested_at is null or deleted_at is null)
          for no key update skip locked)
        returning id
        """;

    const string LivesSelect = "select exists (select from job where account_id = $1 and ended_at is null)";

    const string EventsDelete = """
        delete from feed_event where (event_id, created_at) in (select event_id, created_at from feed_event where account_id = $1 limit $2)
        """;

    const string DeliveriesDelete =
        "delete from webhook_delivery where id in (select id from webhook_delivery where account_id = $1 limit $2)";

    const string EndpointsDelete =
        "delete from webhook_endpoint where id in (select id from webhook_endpoint where account_id = $1 limit $2)";

    const string SecretsDelete = "delete from webhook_secret where id in (select id from webhook_secret where account_id = $1 limit $2)";

    // Those without an answer are requests on their way, or were left by a crash; they go by their own rules.
    const string KeysDelete = """
        delete from idempotency_key where (account_id, route, key) in (
          select account_id, route, key from idempotency_key where account_id = $1 and status is not null limit $2)
        """;

    // Not every message says whose it is; all say of which job.
    const string LettersDelete = """
        delete from dead_letter where id in (
          select id from dead_letter
          where account_id = $1 or exists (select from job where job.id = dead_letter.job_id and job.account_id = $1) limit $2)
        """;

    const string JobsHide = """
        update job set deleted_at = now(), version = version + 1, updated_at = now()
        where id in (select id from job where account_id = $1 and deleted_at is null limit $2)
        """;

    // What is left is a run of a model: when, how long, at what price. The saga's row beside it holds nothing once the job has ended.
    const string JobsBlank = """
        with mine as (
          select id from job where account_id = $1 and id > $2 and deleted_at is not null and ended_at is not null order by id limit $3),
        blank as (
          update job set input = '{}', assets = '[]', metadata = '{}', webhook_url = null, user_id = null, key_id = null,
            progress_message = null, output = case when output is not null then '{"assets":[],"text":null}'::json end,
            error_message = case when error_message is not null then '' end, late_success = null,
            version = version + 1, updated_at = now()
          from mine where job.id = mine.id),
        untold as (delete from job_attempt using mine where job_attempt.job_id = mine.id)
        select id from mine order by id desc limit 1
        """;

    const string ErasedNote =
        "update closed_account set erased_at = coalesce(erased_at, now()) where account_id = $1 returning now() - erased_at";

    /// <summary>Each takes away, or hides, a batch of rows of the account; the deliveries before the endpoints that they name.</summary>
    public static IReadOnlyList<string> Deletes { get; } =
        [DeliveriesDelete, EndpointsDelete, SecretsDelete, EventsDelete, KeysDelete, LettersDelete, JobsHide];

    public async Task CloseAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await RunAsync(work, SlotsLock, ct, accountId);
        await RunAsync(work, ClosedInsert, ct, accountId);
    }

    /// <summary>The living jobs that were not asked to stop before.</summary>
    public async Task<List<Guid>> CancelAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(JobsCancel, accountId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var jobs = new List<Guid>();
        while (await reader.ReadAsync(ct)) jobs.Add(reader.GetGuid(0));
        return jobs;
    }

    public async Task<bool> LivesAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(LivesSelect, accountId);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Runs one of <see cref="Deletes"/>; true when the batch was full.</summary>
    public async Task<bool> DeleteAsync(UnitOfWork work, string sql, Guid accountId, CancellationToken ct) =>
        await RunAsync(work, sql, ct, accountId, Batch) == Batch;

    /// <summary>Empties the next ended jobs; the last one of them, or null when there is none left.</summary>
    /// <param name="after">Where the batch before ended.</param>
    public async Task<Guid?> BlankJobsAsync(UnitOfWork work, Guid accountId, Guid after, CancellationToken ct)
    {
        await using var command = work.Command(JobsBlank, accountId, after, Batch);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <returns>How long ago the account was erased for the first time; zero when that is now.</returns>
    public async Task<TimeSpan> NoteErasedAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(ErasedNote, accountId);
        return (TimeSpan)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<int> RunAsync(UnitOfWork work, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = work.Command(sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
