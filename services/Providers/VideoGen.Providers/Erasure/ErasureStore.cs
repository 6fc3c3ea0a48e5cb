using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Providers.Erasure;

/// <summary>
/// What is emptied of a closed account. What is left says which model ran when, where, how it ended and what a vendor billed: the
/// health of routes and the books are read from it.
/// </summary>
internal sealed class ErasureStore
{
    const int Batch = 500;

    const string GenerationsSelect =
        "select job_id from generations where account_id = $1 and job_id > $2 and ended_at is not null order by job_id limit $3";

    const string GenerationsEmpty = """
        update generations set input = '{}', assets = '[]', cancel_reason = null,
          error_message = case when error_message is not null then '' end
        where job_id = any ($1)
        """;

    const string AttemptsEmpty = """
        update attempts set message = null, error_message = case when error_message is not null then '' end, error_detail = null,
          outputs = case when outputs is not null then '[]'::jsonb end, result_text = null, vendor_memo = null
        where job_id = any ($1)
        """;

    const string RendersSelect =
        "select renders.id from renders join attempts on attempts.id = renders.client_reference where attempts.job_id = any ($1)";

    const string WithoutRenderSelect =
        "select id from attempts where job_id = any ($1) and not exists (select from renders where client_reference = attempts.id)";

    // A scripted failure never renders anything, and its order would stay until the job's deadline.
    const string RendersCancel =
        "update renders set state = 'cancelled', ended_at = now() where id = any ($1) and state in ('queued', 'running')";

    const string LivesSelect = "select exists (select from generations where account_id = $1 and ended_at is null)";

    // Not every message says whose it is; all say of which job.
    const string LettersDelete = """
        delete from dead_letter
        where account_id = $1 or exists (select from generations where generations.job_id = dead_letter.job_id and generations.account_id = $1)
        """;

    /// <summary>Empties the next ended generations of the account.</summary>
    /// <param name="after">Where the batch before ended.</param>
    public async Task<EmptiedBatch> EmptyAsync(UnitOfWork work, Guid accountId, Guid after, CancellationToken ct)
    {
        var jobs = await IdsAsync(work.Command(GenerationsSelect, accountId, after, Batch), ct);
        if (jobs.Count == 0) return new EmptiedBatch(Last: null, [], []);
        Guid[] ids = [.. jobs];
        await RunAsync(work.Command(GenerationsEmpty, ids), ct);
        await RunAsync(work.Command(AttemptsEmpty, ids), ct);
        var renders = await IdsAsync(work.Command(RendersSelect, ids), ct);
        await RunAsync(work.Command(RendersCancel, renders.ToArray()), ct);
        return new EmptiedBatch(jobs[^1], renders, await IdsAsync(work.Command(WithoutRenderSelect, ids), ct));
    }

    public async Task<bool> LivesAsync(UnitOfWork work, Guid accountId, CancellationToken ct)
    {
        await using var command = work.Command(LivesSelect, accountId);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    public Task DeleteLettersAsync(UnitOfWork work, Guid accountId, CancellationToken ct) =>
        RunAsync(work.Command(LettersDelete, accountId), ct);

    static async Task<List<Guid>> IdsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var owned = command;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(ct)) ids.Add(reader.GetGuid(0));
        return ids;
    }

    static async Task RunAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command) await command.ExecuteNonQueryAsync(ct);
    }
}

/// <param name="Last">The last of its generations; null when there was none left.</param>
/// <param name="Renders">What was rendered here for them.</param>
/// <param name="AtVendors">The attempts that rendered nothing here. A vendor's answer may be kept as a file.</param>
internal sealed record EmptiedBatch(Guid? Last, IReadOnlyList<Guid> Renders, IReadOnlyList<Guid> AtVendors);
