using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Users;

/// <summary>An account with its owner's address and its wallet.</summary>
internal sealed record AccountRow(
    Guid Id, string Email, string Name, string Plan, bool IsOperator, Wallet Wallet, DateTimeOffset CycleStartedAt, DateTimeOffset CycleEndsAt,
    DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt, DateTimeOffset? ErasedAt)
{
    public AccountView ToView(PlanCatalog plans)
    {
        var plan = plans.Find(Plan);
        return new AccountView(Id, Email, Name, Plan, new CreditsView(Wallet.Available, Wallet.Held, plan.MonthlyCredits),
            CycleStartedAt, CycleEndsAt, plan.JobLimits, plan.RateLimits, CreatedAt);
    }
}

internal sealed class AccountStore(NpgsqlDataSource source)
{
    const string ClockSelect = "select now()";

    const string AccountInsert = """
        insert into accounts (id, name, plan, is_operator, anchor_day, cycle_started_at, cycle_ends_at) values ($1, $2, $3, $4, $5, $6, $7)
        """;

    const string AccountSelect = """
        select a.id, u.email, a.name, a.plan, a.is_operator, w.granted, w.captured, w.expired, w.held, w.sequence,
               a.cycle_started_at, a.cycle_ends_at, a.created_at, a.closed_at, a.erased_at
        from accounts a join users u on u.account_id = a.id join wallets w on w.account_id = a.id
        where a.id = $1
        """;

    const string AccountsSelect = """
        select a.id, u.email, a.name, a.plan, a.is_operator, w.granted, w.captured, w.expired, w.held, w.sequence,
               a.cycle_started_at, a.cycle_ends_at, a.created_at, a.closed_at, a.erased_at
        from accounts a join users u on u.account_id = a.id join wallets w on w.account_id = a.id
        where ($1::text is null or u.email_key like $1 or lower(a.name) like $1 or a.id = $2)
          and ($3::timestamptz is null or (a.created_at, a.id) < ($3, $4::uuid))
        order by a.created_at desc, a.id desc limit $5
        """;

    const string PlanUpdate = "update accounts set plan = $2 where id = $1 and plan <> $2";

    const string ActiveKeysCount = """
        select count(*)::integer from api_keys where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())
        """;

    /// <summary>The transaction's time.</summary>
    public async Task<DateTimeOffset> NowAsync(UnitOfWork work, CancellationToken ct) =>
        await work.Command(ClockSelect).ValueAsync<DateTimeOffset>(ct) ?? throw new InvalidOperationException("The database has no time.");

    public Task InsertAsync(UnitOfWork work, Guid id, string name, string plan, bool isOperator, Cycle cycle, CancellationToken ct) =>
        work.Command(AccountInsert, id, name, plan, isOperator, (short)cycle.AnchorDay, cycle.StartedAt, cycle.EndsAt).RunAsync(ct);

    public Task<AccountRow?> FindAsync(Guid accountId, CancellationToken ct) => source.Command(AccountSelect, accountId).FirstAsync(Read, ct);

    /// <summary>Accounts whose address or name contains the text, or whose id it is; newest first.</summary>
    public Task<List<AccountRow>> ListAsync(string? query, (DateTimeOffset CreatedAt, Guid Id)? after, int limit, CancellationToken ct) =>
        source.Command(AccountsSelect, query is null ? null : Pattern(query), Guid.TryParse(query, out var id) ? id : Guid.Empty,
            after?.CreatedAt, after?.Id, limit).ToListAsync(Read, ct);

    /// <summary>False when the account has that plan already.</summary>
    public async Task<bool> UpdatePlanAsync(UnitOfWork work, Guid accountId, string plan, CancellationToken ct) =>
        await work.Command(PlanUpdate, accountId, plan).RunAsync(ct) == 1;

    public async Task<int> CountActiveKeysAsync(Guid accountId, CancellationToken ct) =>
        await source.Command(ActiveKeysCount, accountId).ValueAsync<int>(ct) ?? 0;

    static string Pattern(string query) =>
        $"%{query.ToLowerInvariant().Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";

    static AccountRow Read(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4),
        new Wallet(row.GetGuid(0), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9)),
        row.Time(10), row.Time(11), row.Time(12), row.TimeOrNull(13), row.TimeOrNull(14));
}
