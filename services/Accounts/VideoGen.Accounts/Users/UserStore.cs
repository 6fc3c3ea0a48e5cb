using Npgsql;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Users;

/// <param name="SessionRound">How often the user's sessions have been ended.</param>
/// <param name="IsClosed">The account has been deleted, and is known by this address until all is erased.</param>
internal sealed record UserRow(Guid Id, Guid AccountId, string Email, string? PasswordHash, int SessionRound = 0, bool IsClosed = false);

/// <summary>A user with what the account allows.</summary>
internal sealed record UserIdentity(Guid UserId, Guid AccountId, string Plan, bool IsOperator);

/// <summary>Ways to sign in.</summary>
internal sealed class UserStore(NpgsqlDataSource source)
{
    const string UserInsert = """
        insert into users (id, account_id, email, email_key, password_hash) values ($1, $2, $3, $4, $5) on conflict (email_key) do nothing
        """;

    const string UserByEmail = """
        select u.id, u.account_id, u.email, u.password_hash, u.session_round, a.closed_at is not null
        from users u join accounts a on a.id = u.account_id where u.email_key = $1
        """;

    const string UserById = """
        select u.id, u.account_id, u.email, u.password_hash, u.session_round, a.closed_at is not null
        from users u join accounts a on a.id = u.account_id where u.account_id = $1 and u.id = $2
        """;

    // By the hash that was verified: one that another request has replaced meanwhile stays replaced.
    const string PasswordUpdate = "update users set password_hash = $3 where id = $1 and password_hash = $2";

    // By the hash that was verified: of two changes at once, one is made.
    const string PasswordReplace = """
        update users set password_hash = $3, session_round = session_round + 1 where id = $1 and password_hash = $2 returning session_round
        """;

    const string IdentitySelect = """
        select u.id, u.account_id, a.plan, a.is_operator from users u join accounts a on a.id = u.account_id
        where u.id = $1 and ($2::integer is null or u.session_round = $2) and a.closed_at is null
        """;

    /// <summary>What an address is compared by; addresses hold plain characters only.</summary>
    public static string EmailKey(string email) => email.ToLowerInvariant();

    /// <summary>False when the e-mail address is taken.</summary>
    public async Task<bool> InsertAsync(UnitOfWork work, UserRow user, CancellationToken ct) =>
        await work.Command(UserInsert, user.Id, user.AccountId, user.Email, EmailKey(user.Email), user.PasswordHash).RunAsync(ct) == 1;

    public Task<UserRow?> FindByEmailAsync(string email, CancellationToken ct) =>
        source.Command(UserByEmail, EmailKey(email)).FirstAsync(Read, ct);

    public Task<UserRow?> FindAsync(Guid accountId, Guid userId, CancellationToken ct) =>
        source.Command(UserById, accountId, userId).FirstAsync(Read, ct);

    /// <summary>The round of sessions that begins with the new password; null when the present one is not the old one any more.</summary>
    public Task<int?> ReplacePasswordAsync(UnitOfWork work, Guid userId, string oldHash, string newHash, CancellationToken ct) =>
        work.Command(PasswordReplace, userId, oldHash, newHash).ValueAsync<int>(ct);

    /// <summary>The same password in a stronger hash; nothing when the old hash is not the present one any more.</summary>
    public Task RenewHashAsync(Guid userId, string oldHash, string newHash, CancellationToken ct) =>
        source.Command(PasswordUpdate, userId, oldHash, newHash).RunAsync(ct);

    /// <param name="round">Of the session that is shown; null for any.</param>
    public Task<UserIdentity?> FindIdentityAsync(Guid userId, int? round, CancellationToken ct) =>
        source.Command(IdentitySelect, userId, round)
            .FirstAsync(row => new UserIdentity(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetBoolean(3)), ct);

    static UserRow Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt32(4),
            row.GetBoolean(5));
}
