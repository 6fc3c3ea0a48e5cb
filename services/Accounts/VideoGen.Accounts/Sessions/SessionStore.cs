using Npgsql;
using VideoGen.Accounts.Rows;

namespace VideoGen.Accounts.Sessions;

/// <summary>Sign-ins that were ended before their time, by their ids.</summary>
internal sealed class SessionStore(NpgsqlDataSource source)
{
    const string SessionInsert = "insert into ended_sessions (id) values ($1) on conflict (id) do nothing";

    const string SessionSelect = "select 1 from ended_sessions where id = $1";

    // A sign-in lasts a week at the most.
    const string OldDelete = "delete from ended_sessions where ended_at < now() - interval '8 days'";

    public Task EndAsync(Guid id, CancellationToken ct) => source.Command(SessionInsert, id).RunAsync(ct);

    public async Task<bool> HasEndedAsync(Guid id, CancellationToken ct) =>
        await source.Command(SessionSelect, id).ValueAsync<int>(ct) is not null;

    public Task PruneAsync(CancellationToken ct) => source.Command(OldDelete).RunAsync(ct);
}
