using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Makes repeated submits one, and lets none leave credits behind.
/// <para>
/// Guarantee: of all requests with one key, at most one makes a job, however many arrive at once and wherever they crash; the
/// others get its answer, byte for byte. A refusal is not remembered: the key stays free for a better try. What a submit that died had
/// set aside is given back within seconds.
/// </para>
/// <para>
/// Protocol: 1. <see cref="ClaimAsync"/> writes a marker with its process's lock and a lease, in a transaction of its own; exactly
/// one request gets it. The marker's owner is the id of the job that its request would make, and so names the hold. 2. Its owner
/// checks, prices and holds credits, with no transaction open. 3. In the job's transaction <see cref="AnswerAsync"/> puts the
/// answer in, fenced by the owner's id; when another owner has taken over, everything is rolled back. 4. After a refusal
/// <see cref="GiveUpAsync"/> removes the marker. 5. A marker whose process is gone (its lock is free, see
/// <see cref="ProcessLockStore"/>), or whose lease has run out, is taken over by the next request of the key, or removed by
/// <see cref="AbandonedSubmits"/>; either of them has the hold of the old owner released, in the same transaction. A submit without
/// a key has a marker of its own before it holds anything.
/// </para>
/// <para>
/// What may go wrong: a process that lives loses its lock with its database; then its submits are taken over though they go on, and
/// the fence of 3 rolls them back. A process that hangs keeps its lock: its markers stand until their lease ends, after two
/// minutes. A hold that comes later than the news of its release is refused by Accounts.
/// </para>
/// </summary>
internal sealed class IdempotencyStore(NpgsqlDataSource source, ProcessLockStore process)
{
    // A marker that a crash of the database loses costs its owner the fence, and the owner tries again: no need to wait for the disk.
    const string CommitLightly = "select set_config('synchronous_commit', 'off', true)";

    const string MarkerInsert = """
        insert into idempotency_key (account_id, route, key, fingerprint, owner, process, lease_until)
        values ($1, $2, $3, $4, $5, $6, now() + interval '2 minutes')
        on conflict (account_id, route, key) do nothing
        """;

    const string MarkerSelect = """
        select owner, fingerprint, status, answer, job_id,
          answer is null and (lease_until < now() or process is not null and owner <> $4 and pg_try_advisory_xact_lock_shared(process))
        from idempotency_key where account_id = $1 and route = $2 and key = $3
        """;

    const string MarkerTakeOver = """
        update idempotency_key
        set owner = $5, fingerprint = $6, process = $7, lease_until = now() + interval '2 minutes', created_at = now()
        where account_id = $1 and route = $2 and key = $3 and owner = $4 and answer is null
        """;

    const string MarkerAnswer = """
        update idempotency_key set job_id = $4, status = $5, answer = $6
        where account_id = $1 and route = $2 and key = $3 and owner = $4 and answer is null
        """;

    const string MarkerDelete = """
        delete from idempotency_key where account_id = $1 and route = $2 and key = $3 and owner = $4 and answer is null
        """;

    const string AbandonedDelete = """
        delete from idempotency_key where (account_id, route, key) in (
          select account_id, route, key from idempotency_key
          where answer is null and process is not null and created_at < now() - interval '2 seconds'
            and (lease_until < now() or pg_try_advisory_xact_lock_shared(process))
          order by created_at limit $1 for update skip locked)
        returning owner, account_id
        """;

    const string MarkerPrune = """
        delete from idempotency_key where (account_id, route, key) in (
          select account_id, route, key from idempotency_key where created_at < now() - interval '30 days' order by created_at limit $1)
        """;

    /// <summary>Takes the key for this request, or says what became of the request that has it.</summary>
    public async Task<IdempotencyClaim> ClaimAsync(IdempotencyKey key, CancellationToken ct)
    {
        var owner = Guid.CreateVersion7();
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(Command(CommitLightly));
        batch.BatchCommands.Add(Command(MarkerInsert, key.AccountId, key.Route, key.Key, key.Fingerprint, owner, process.Number));
        batch.BatchCommands.Add(Command(MarkerSelect, key.AccountId, key.Route, key.Key, owner));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        // A marker that was given up between the two statements looks like one in flight.
        if (!await reader.ReadAsync(ct)) return new IdempotencyClaim.InFlight();
        if (reader.GetGuid(0) == owner) return new IdempotencyClaim.Owned(key, owner);
        if (reader.GetBoolean(5)) return new IdempotencyClaim.Abandoned(key, reader.GetGuid(0));
        if (!key.Fingerprint.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(1))) return new IdempotencyClaim.Reused();
        return reader.IsDBNull(2)
            ? new IdempotencyClaim.InFlight()
            : new IdempotencyClaim.Answered(reader.GetInt32(2), reader.GetFieldValue<byte[]>(3), reader.GetGuid(4));
    }

    /// <summary>Takes the key from an owner that is gone, in the open transaction.</summary>
    /// <returns>The claim; null when somebody else was quicker.</returns>
    public async Task<IdempotencyClaim.Owned?> TakeOverAsync(UnitOfWork work, IdempotencyClaim.Abandoned claim, CancellationToken ct)
    {
        var (key, owner) = (claim.Key, Guid.CreateVersion7());
        await using var command = work.Command(
            MarkerTakeOver, key.AccountId, key.Route, key.Key, claim.Owner, owner, key.Fingerprint, process.Number);
        return await command.ExecuteNonQueryAsync(ct) == 1 ? new IdempotencyClaim.Owned(key, owner) : null;
    }

    /// <summary>Remembers the answer, in the transaction of the job it tells of. Of a submit without a key nothing is remembered.</summary>
    /// <returns>False when another request has taken the key over: roll back.</returns>
    public async Task<bool> AnswerAsync(UnitOfWork work, IdempotencyClaim.Owned claim, int status, byte[] answer, CancellationToken ct)
    {
        var key = claim.Key;
        await using var command = key.IsOwn
            ? work.Command(MarkerDelete, key.AccountId, key.Route, key.Key, claim.JobId)
            : work.Command(MarkerAnswer, key.AccountId, key.Route, key.Key, claim.JobId, status, answer);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Frees the key, in the open transaction.</summary>
    /// <returns>False when it was not this claim's any more.</returns>
    public async Task<bool> GiveUpAsync(UnitOfWork work, IdempotencyClaim.Owned claim, CancellationToken ct)
    {
        await using var command = work.Command(MarkerDelete, claim.Key.AccountId, claim.Key.Route, claim.Key.Key, claim.JobId);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>
    /// Removes markers whose process is gone, in the open transaction; answers the jobs that their requests would have made.
    /// </summary>
    public async Task<IReadOnlyList<(Guid JobId, Guid AccountId)>> RemoveAbandonedAsync(UnitOfWork work, int limit, CancellationToken ct)
    {
        await using var command = work.Command(AbandonedDelete, limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var jobs = new List<(Guid, Guid)>();
        while (await reader.ReadAsync(ct)) jobs.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return jobs;
    }

    /// <summary>Forgets keys older than 30 days.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PruneAsync(int limit, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(Command(MarkerPrune, limit));
        return await batch.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}

/// <summary>What a request may do with its key.</summary>
internal abstract record IdempotencyClaim
{
    /// <summary>Go on; nobody else may.</summary>
    /// <param name="JobId">The id of the job that it may make.</param>
    internal sealed record Owned(IdempotencyKey Key, Guid JobId) : IdempotencyClaim;

    /// <summary>The request that has it is gone: take it over.</summary>
    /// <param name="Owner">The id of the job that it would have made.</param>
    internal sealed record Abandoned(IdempotencyKey Key, Guid Owner) : IdempotencyClaim;

    /// <summary>Repeat this answer.</summary>
    internal sealed record Answered(int Status, byte[] Answer, Guid JobId) : IdempotencyClaim;

    /// <summary>Another request is at work on it.</summary>
    internal sealed record InFlight : IdempotencyClaim;

    /// <summary>It was used for another request.</summary>
    internal sealed record Reused : IdempotencyClaim;
}
