using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>An account's present month.</summary>
internal sealed record Cycle(int AnchorDay, DateTimeOffset StartedAt, DateTimeOffset EndsAt);

/// <summary>The cycle columns of an account. Changed only under the lock of its wallet.</summary>
internal sealed class CycleStore
{
    const string CycleSelect = "select anchor_day, cycle_started_at, cycle_ends_at from accounts where id = $1";

    const string CycleUpdate = "update accounts set cycle_started_at = $2, cycle_ends_at = $3 where id = $1";

    public async Task<Cycle> ReadAsync(UnitOfWork work, Guid accountId, CancellationToken ct) =>
        await work.Command(CycleSelect, accountId).FirstAsync(row => new Cycle(row.GetInt16(0), row.Time(1), row.Time(2)), ct)
        ?? throw new InvalidOperationException($"Account {accountId} has a wallet but no row.");

    public Task MoveAsync(UnitOfWork work, Guid accountId, Cycle cycle, CancellationToken ct) =>
        work.Command(CycleUpdate, accountId, cycle.StartedAt, cycle.EndsAt).RunAsync(ct);
}
