using Microsoft.Extensions.Options;
using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Durability;

namespace VideoGen.Jobs.Slots;

/// <summary>
/// Who may run now: a plan's number of running jobs an account, and of waiting jobs beyond those.
/// <para>
/// Guarantee: never more jobs in slots than the limits say, never a free slot beside a waiting job that may use it, never a
/// slot that outlives its job; whatever runs at the same time and whatever crashes.
/// </para>
/// <para>
/// Protocol, in the transaction of the change itself: 1. With a global limit, lock its row. 2. Lock the account's row. 3. Add
/// or delete the job's row and change the counts. 4. Fill free slots from the waiting jobs: highest priority first, then the
/// account with the fewest running, then the oldest. 5. The caller tells the sagas of the jobs that were given a slot.
/// </para>
/// <para>
/// What may go wrong: everything is undone with the transaction. Locks are always taken in the order 1, 2, so no two changes
/// wait for each other in a circle; under a global limit step 4 may touch other accounts, which is safe because 1 is held.
/// A plan's new limits count from the account's next submit on. The limits must be the same on every instance.
/// </para>
/// </summary>
internal sealed class SlotStore(IOptions<SlotOptions> options)
{
    const string TotalLock = "select 1 from slot_total for update";
    const string AccountLock = "select 1 from slot_account where account_id = $1 for update";

    const string AccountUpsert = """
        insert into slot_account (account_id, running, waiting, running_limit, waiting_limit) values ($1, 0, 1, $2, $3)
        on conflict (account_id) do update set
          waiting = slot_account.waiting + 1, running_limit = excluded.running_limit, waiting_limit = excluded.waiting_limit
        """;

    const string SlotInsert = "insert into slot (job_id, account_id, priority) values ($1, $2, $3)";

    const string SlotDelete = """
        with gone as (delete from slot where job_id = $1 returning account_id, running)
        update slot_account set
          running = slot_account.running - gone.running::int, waiting = slot_account.waiting - (not gone.running)::int
        from gone where slot_account.account_id = gone.account_id
        """;

    // The account's row is locked by an earlier statement, so this one sees every change that was committed before it.
    const string AccountFill = """
        with chosen as (
          select job_id from slot where account_id = $1 and not running
          order by priority desc, queued_at, job_id
          limit (select greatest(running_limit - running, 0) from slot_account where account_id = $1)),
        taken as (
          update slot set running = true, taken_at = now() from chosen where slot.job_id = chosen.job_id returning slot.job_id, slot.account_id),
        counted as (
          update slot_account set running = running + (select count(*) from taken), waiting = waiting - (select count(*) from taken)
          where account_id = $1 and exists (select 1 from taken))
        select job_id, account_id from taken
        """;

    const string TotalFill = """
        with chosen as (
          select slot.job_id from slot join slot_account account using (account_id)
          where not slot.running and account.running < account.running_limit
            and (select count(*) from slot where running) < $1
          order by slot.priority desc, account.running, slot.queued_at, slot.job_id limit 1),
        taken as (
          update slot set running = true, taken_at = now() from chosen where slot.job_id = chosen.job_id returning slot.job_id, slot.account_id),
        counted as (
          update slot_account set running = running + 1, waiting = waiting - 1 from taken where slot_account.account_id = taken.account_id)
        select job_id, account_id from taken
        """;

    /// <summary>
    /// The limit, and the new job's place among those that wait: 1 for the next, also when it just got a slot. Whoever closes an
    /// account locks its row first, so that no job enters after it.
    /// </summary>
    const string EntrySelect = """
        select account.waiting > account.waiting_limit, mine.running, (
          select 1 + count(*)::int from slot ahead where not mine.running and not ahead.running and ahead.account_id = mine.account_id
            and (ahead.priority > mine.priority
              or ahead.priority = mine.priority and (ahead.queued_at, ahead.job_id) < (mine.queued_at, mine.job_id))),
          exists (select from closed_account closed where closed.account_id = mine.account_id)
        from slot mine join slot_account account using (account_id) where mine.job_id = $1
        """;

    // Writes only on a new day or at a new height. After an entry and before a leave the account's count is at its highest.
    const string MostWaitingNote = """
        update slot_account set
          most_waiting = case when most_waiting_on = (now() at time zone 'utc')::date then greatest(most_waiting, waiting) else waiting end,
          most_waiting_on = (now() at time zone 'utc')::date
        where account_id = $1 and (most_waiting_on <> (now() at time zone 'utc')::date or waiting > most_waiting)
        """;

    bool IsGloballyLimited => options.Value.MaxRunning > 0;

    /// <summary>Puts the new job into its account's queue and fills free slots; the job's own row must exist.</summary>
    /// <returns>Null when more jobs would wait than the plan allows: roll back; so when its account is closed.</returns>
    public async Task<SlotEntry?> EnterAsync(UnitOfWork work, Guid accountId, Guid jobId, int priority, JobLimits limits, CancellationToken ct)
    {
        var grants = new List<SlotGrant>();
        await using var batch = work.Batch();
        if (IsGloballyLimited) Add(batch, TotalLock);
        Add(batch, AccountUpsert, accountId, limits.RunningJobs, limits.WaitingJobs);
        Add(batch, SlotInsert, jobId, accountId, priority);
        if (IsGloballyLimited)
        {
            await batch.ExecuteNonQueryAsync(ct);
            await FillTotalAsync(work, grants, ct);
            batch.BatchCommands.Clear();
        }
        else Add(batch, AccountFill, accountId);
        Add(batch, MostWaitingNote, accountId);
        Add(batch, EntrySelect, jobId);
        return await ReadAsync(batch, grants, ct) is { IsBeyondLimit: false } entry
            ? new SlotEntry(entry.HasSlot, entry.Position, grants, entry.IsClosed) : null;
    }

    /// <summary>Takes the ended job out and fills the slot it leaves. Harmless for a job that is out already.</summary>
    /// <returns>The jobs that were given a slot.</returns>
    public async Task<IReadOnlyList<SlotGrant>> LeaveAsync(UnitOfWork work, Guid accountId, Guid jobId, CancellationToken ct)
    {
        await using var batch = work.Batch();
        if (IsGloballyLimited) Add(batch, TotalLock);
        Add(batch, AccountLock, accountId);
        Add(batch, MostWaitingNote, accountId);
        Add(batch, SlotDelete, jobId);
        var grants = new List<SlotGrant>();
        if (!IsGloballyLimited) Add(batch, AccountFill, accountId);
        await ReadAsync(batch, grants, ct);
        if (IsGloballyLimited) await FillTotalAsync(work, grants, ct);
        return grants;
    }

    /// <summary>Each choice changes the counts that the next one looks at, so they are made one by one.</summary>
    async Task FillTotalAsync(UnitOfWork work, List<SlotGrant> grants, CancellationToken ct)
    {
        int before;
        do
        {
            before = grants.Count;
            await using var one = work.Batch();
            Add(one, TotalFill, options.Value.MaxRunning);
            await ReadAsync(one, grants, ct);
        }
        while (grants.Count > before);
    }

    /// <summary>Runs the batch. Its statements are told apart by their columns: a lock has one, a fill two, the entry four.</summary>
    static async Task<Entry?> ReadAsync(NpgsqlBatch batch, List<SlotGrant> grants, CancellationToken ct)
    {
        await using var reader = await batch.ExecuteReaderAsync(ct);
        Entry? entry = null;
        do
        {
            while (await reader.ReadAsync(ct))
            {
                if (reader.FieldCount == 2) grants.Add(new SlotGrant(reader.GetGuid(0), reader.GetGuid(1)));
                if (reader.FieldCount == 4)
                    entry = new Entry(reader.GetBoolean(0), reader.GetBoolean(1), reader.GetInt32(2), reader.GetBoolean(3));
            }
        }
        while (await reader.NextResultAsync(ct));
        return entry;
    }

    static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    sealed record Entry(bool IsBeyondLimit, bool HasSlot, int Position, bool IsClosed);
}

/// <param name="HasSlot">The new job may start at once.</param>
/// <param name="Position">Its place in its account's queue, 1 for the next.</param>
/// <param name="Grants">Every job that was given a slot, the new one too.</param>
/// <param name="IsClosed">The account was deleted while the job was made.</param>
internal sealed record SlotEntry(bool HasSlot, int Position, IReadOnlyList<SlotGrant> Grants, bool IsClosed = false);

/// <summary>This waiting job now has a slot; its saga must be told.</summary>
internal readonly record struct SlotGrant(Guid JobId, Guid AccountId);
