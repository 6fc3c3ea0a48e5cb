using System.Security.Cryptography;
using System.Text;
using Npgsql;
using VideoGen.Accounts.Rows;

namespace VideoGen.Accounts.Users;

/// <summary>How often something was tried in the present window, and when that window ends.</summary>
internal sealed record Attempts(string Kind, int Count, TimeSpan EndsIn);

/// <summary>
/// Counts attempts in fixed windows. An attempt is counted before it is made, in one statement, so that a thousand parallel
/// guesses can't pass the limit together.
/// </summary>
internal sealed class ThrottleStore(NpgsqlDataSource source)
{
    public const string SignInEmail = "sign-in-email";
    public const string SignInAddress = "sign-in-address";
    public const string SignUpAddress = "sign-up-address";
    public const string SignUpTaken = "sign-up-taken";
    public const string PresentPassword = "present-password";

    // Sorted, so that two attempts lock their rows in the same order.
    const string AttemptUpsert = """
        insert into throttles as t (kind, subject, starts_at, attempts)
        select kind, subject, now(), 1 from unnest($1::text[], $2::bytea[]) as tried(kind, subject) order by kind, subject
        on conflict (kind, subject) do update set
            attempts = case when t.starts_at <= now() - $3::interval then 1 else t.attempts + 1 end,
            starts_at = case when t.starts_at <= now() - $3::interval then now() else t.starts_at end
        returning kind, attempts, greatest(starts_at + $3::interval - now(), interval '0')
        """;

    const string AttemptUndo = "update throttles set attempts = greatest(attempts - 1, 0) where kind = $1 and subject = $2";

    const string AttemptsDelete = "delete from throttles where kind = $1 and subject = $2";

    const string OldDelete = "delete from throttles where starts_at < now() - interval '1 day'";

    public Task<List<Attempts>> CountAsync(TimeSpan window, (string Kind, string Subject)[] tried, CancellationToken ct) =>
        source.Command(AttemptUpsert, tried.Select(one => one.Kind).ToArray(), tried.Select(one => Hash(one.Subject)).ToArray(), window)
            .ToListAsync(row => new Attempts(row.GetString(0), row.GetInt32(1), row.GetTimeSpan(2)), ct);

    /// <summary>The attempt was good: it does not count.</summary>
    public Task UndoAsync(string kind, string subject, CancellationToken ct) => source.Command(AttemptUndo, kind, Hash(subject)).RunAsync(ct);

    public Task ForgetAsync(string kind, string subject, CancellationToken ct) => source.Command(AttemptsDelete, kind, Hash(subject)).RunAsync(ct);

    public Task PruneAsync(CancellationToken ct) => source.Command(OldDelete).RunAsync(ct);

    static byte[] Hash(string subject) => SHA256.HashData(Encoding.UTF8.GetBytes(subject));
}
