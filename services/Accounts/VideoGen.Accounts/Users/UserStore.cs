using Npgsql;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Users;

internal sealed record UserRow(Guid Id, Guid AccountId, string Email, string? PasswordHash);

/// <summary>A user with what the account allows.</summary>
internal sealed record UserIdentity(Guid UserId, Guid AccountId, string Plan, bool IsOperator);

/// <summary>Ways to sign in.</summary>
internal sealed class UserStore(NpgsqlDataSource source)
{
    const string UserInsert = """
        insert into users (id, account_id, email, email_key, password_hash) values ($1, $2, $3, $4, $5) on conflict (email_key) do nothing
        """;

    const string UserByEmail = "select id, account_id, email, password_hash from users where email_key = $1";

    const string PasswordUpdate = "update users set password_hash = $2 where id = $1";

    const string IdentitySelect = """
        select u.id, u.account_id, a.plan, a.is_operator from users u join accounts a on a.id = u.account_id where u.id = $1
        """;

    /// <summary>What an address is compared by; addresses hold plain characters only.</summary>
    public static string EmailKey(string email) => email.ToLowerInvariant();

    /// <summary>False when the e-mail address is taken.</summary>
    public async Task<bool> InsertAsync(UnitOfWork work, UserRow user, CancellationToken ct) =>
        await work.Command(UserInsert, user.Id, user.AccountId, user.Email, EmailKey(user.Email), user.PasswordHash).RunAsync(ct) == 1;

    public Task<UserRow?> FindByEmailAsync(string email, CancellationToken ct) =>
        source.Command(UserByEmail, EmailKey(email))
            .FirstAsync(row => new UserRow(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)), ct);

    public Task UpdatePasswordAsync(Guid userId, string hash, CancellationToken ct) => source.Command(PasswordUpdate, userId, hash).RunAsync(ct);

    public Task<UserIdentity?> FindIdentityAsync(Guid userId, CancellationToken ct) =>
        source.Command(IdentitySelect, userId).FirstAsync(row => new UserIdentity(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetBoolean(3)), ct);
}
