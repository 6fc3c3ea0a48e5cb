using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Makes repeated submits one.
/// <para>
/// Guarantee: of all requests with one key, at most one makes a job, however many arrive at once and wherever they crash; the
/// others get its answer, byte for byte. A refusal is not remembered: the key stays free for a better try.
/// </para>
/// <para>
/// Protocol: 1. <see cref="ClaimAsync"/> writes a marker with a lease, in a transaction of its own; exactly one request gets it. 2. Its
/// owner checks, prices and holds credits, with no transaction open. 3. In the job's transaction <see cref="AnswerAsync"/> puts the
/// answer in, fenced by the owner's id; when another owner has taken over, everything is rolled back. 4. After a refusal
/// <see cref="GiveUpAsync"/> removes the marker.
/// </para>
/// <para>
/// What may go wrong: the owner crashes, and its marker keeps others out until the lease runs out (two minutes); then the next
/// request takes over under its own id and job, and the hold of the first expires by itself.
/// </para>
/// </summary>
internal sealed class IdempotencyStore(NpgsqlDataSource source)
{
    const string MarkerInsert = """
        insert into idempotency_key as known (account_id, route, key, fingerprint, owner, lease_until)
        values ($1, $2, $3, $4, $5, now() + interval '2 minutes')
        on conflict (account_id, route, key) do update
          set owner = excluded.owner, fingerprint = excluded.fingerprint, lease_until = excluded.lease_until, created_at = now()
          where known.answer is null and known.lease_until < now()
        """;

    const string MarkerSelect = """
        select owner, fingerprint, status, answer, job_id from idempotency_key where account_id = $1 and route = $2 and key = $3
        """;

    const string MarkerAnswer = """
        update idempotency_key set job_id = $5, status = $6, answer = $7
        where account_id = $1 and route = $2 and key = $3 and owner = $4 and answer is null
        """;

    const string MarkerDelete = """
        delete from idempotency_key where account_id = $1 and route = $2 and key = $3 and owner = $4 and answer is null
        """;

    const string MarkerPrune = """
        delete from idempotency_key where (account_id, route, key) in (
          select account_id, route, key from idempotency_key where created_at < now() - interval '30 days' order by created_at limit $1)
        """;

    /// <summary>Takes the key for this request, or says what became of the request that has it.</summary>
    public async Task<IdempotencyClaim> ClaimAsync(IdempotencyKey key, CancellationToken ct)
    {
        var owner = Guid.NewGuid();
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(Command(MarkerInsert, key.AccountId, key.Route, key.Key, key.Fingerprint, owner));
        batch.BatchCommands.Add(Command(MarkerSelect, key.AccountId, key.Route, key.Key));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        // The insert answers with no rows; a marker that was given up between the two statements looks like one in flight.
        if (!await reader.ReadAsync(ct)) return new IdempotencyClaim.InFlight();
        if (reader.GetGuid(0) == owner) return new IdempotencyClaim.Owned(key, owner);
        if (!key.Fingerprint.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(1))) return new IdempotencyClaim.Reused();
        return reader.IsDBNull(2)
            ? new IdempotencyClaim.InFlight()
            : new IdempotencyClaim.Answered(reader.GetInt32(2), reader.GetFieldValue<byte[]>(3), reader.GetGuid(4));
    }

    /// <summary>Remembers the answer, in the transaction of the job it tells of.</summary>
    /// <returns>False when another request has taken the key over: roll back.</returns>
    public async Task<bool> AnswerAsync(UnitOfWork work, IdempotencyClaim.Owned claim, Guid jobId, int status, byte[] answer, CancellationToken ct)
    {
        await using var command = work.Command(MarkerAnswer, claim.Key.AccountId, claim.Key.Route, claim.Key.Key, claim.Owner, jobId, status, answer);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public async Task GiveUpAsync(IdempotencyClaim.Owned claim, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(Command(MarkerDelete, claim.Key.AccountId, claim.Key.Route, claim.Key.Key, claim.Owner));
        await batch.ExecuteNonQueryAsync(ct);
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
    internal sealed record Owned(IdempotencyKey Key, Guid Owner) : IdempotencyClaim;

    /// <summary>Repeat this answer.</summary>
    internal sealed record Answered(int Status, byte[] Answer, Guid JobId) : IdempotencyClaim;

    /// <summary>Another request is at work on it.</summary>
    internal sealed record InFlight : IdempotencyClaim;

    /// <summary>It was used for another request.</summary>
    internal sealed record Reused : IdempotencyClaim;
}
