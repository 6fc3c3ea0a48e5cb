using System.Security.Cryptography;
using System.Text;
using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Rows;

namespace VideoGen.Accounts.Limits;

/// <summary>
/// Counts uses against limits that all gateways share.
///
/// Guarantee: however many processes ask at the same time, no interval of a window's length sees more uses than its limit, and as long
/// as every window has room none is refused. A use that one window refuses counts in none.
///
/// 1. Uses are summed up by sixtieths of the window ("slots") and forgotten when the last one of a slot is a window old: so a use
/// counts for at least the window's length, and nobody waits for longer. That needs at most 61 small rows a window, where a
/// row a use would need a thousand.
/// 2. Whoever wants to use a subject takes its advisory lock first. One lock a transaction, and nothing else is waited for under it: no
///    two can wait for each other.
/// 3. The next statement sees everything that was committed before the lock was given; it decides, counts and tells how things stand.
///    Both go out in one batch, which is one round trip and one transaction.
/// 4. The clock is read under the lock, so that slots never go backwards.
/// 5. A use is not taken back: whoever dies between the count and the request it was for has used one.
/// </summary>
internal sealed class LimitStore(NpgsqlDataSource source)
{
    const string SubjectLock = "select pg_advisory_xact_lock($1)";

    const string LimitTake = """
        with moment as materialized (select clock_timestamp() as at),
        asked as materialized (
          select place, seconds, most, at, floor(extract(epoch from at) * 60 / seconds)::bigint as slot
          from unnest($2::integer[], $3::integer[]) with ordinality as asked(seconds, most, place), moment),
        remembered as materialized (
          select a.seconds, extract(epoch from u.forgotten_at - a.at) as remaining,
              sum(u.uses) over (partition by a.seconds order by u.slot) as up_to
          from asked a join limit_uses u on u.subject = $1 and u.seconds = a.seconds and u.forgotten_at > a.at),
        state as materialized (
          select a.*, coalesce((select max(up_to) from remembered r where r.seconds = a.seconds), 0)::bigint as used from asked a),
        verdict as materialized (select bool_and(used + $4 <= most) as allowed from state),
        taken as (
          insert into limit_uses as u (subject, seconds, slot, uses, forgotten_at)
          select $1, seconds, slot, $4, at + make_interval(secs => seconds) from state, verdict where allowed and $4 > 0
          on conflict (subject, seconds, slot) do update set uses = u.uses + excluded.uses, forgotten_at = excluded.forgotten_at)
        select v.allowed, s.seconds, s.most,
          greatest(s.most - s.used - case when v.allowed then $4 else 0 end, 0)::integer,
          coalesce((select min(remaining) from remembered r where r.seconds = s.seconds),
            case when v.allowed and $4 > 0 then s.seconds else 0 end)::double precision,
          coalesce((select min(remaining) from remembered r where r.seconds = s.seconds and r.up_to >= s.used + $4 - s.most),
              0)::double precision,
          s.used + $4 > s.most
        from state s, verdict v order by s.place
        """;

    const string ForgottenDelete = """
        delete from limit_uses where ctid = any(array(select ctid from limit_uses where forgotten_at < now() limit $1))
        """;

    /// <summary>Counts when every window has room for all of it.</summary>
    /// <param name="windows">No two of the same length.</param>
    /// <param name="count">0 only looks.</param>
    public async Task<LimitAnswer> TakeAsync(Guid accountId, string subject, IReadOnlyList<LimitWindow> windows, int count, CancellationToken ct)
    {
        var key = KeyOf(accountId, subject);
        await using var batch = source.CreateBatch();
        if (count > 0) batch.Add(SubjectLock, BitConverter.ToInt64(key));
        batch.Add(LimitTake, key, windows.Select(window => window.Seconds).ToArray(), windows.Select(window => window.Limit).ToArray(), count);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (count > 0) await reader.NextResultAsync(ct);
        var rows = await reader.ToListAsync(
            row => (Allowed: row.GetBoolean(0),
                State: new LimitState(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), Whole(row.GetDouble(4), row.GetInt32(1))),
                Wait: Whole(row.GetDouble(5), row.GetInt32(1)), IsFull: row.GetBoolean(6)), ct);
        return new LimitAnswer(rows[0].Allowed, [.. rows.Select(row => row.State)], rows.Max(row => row.IsFull ? Math.Max(row.Wait, 1) : 0));
    }

    /// <summary>Deletes some of what no window remembers.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(int atMost, CancellationToken ct) => source.Command(ForgottenDelete, atMost).RunAsync(ct);

    static byte[] KeyOf(Guid accountId, string subject) => SHA256.HashData([.. accountId.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(subject)]);

    static int Whole(double seconds, int window) => (int)Math.Ceiling(Math.Clamp(seconds, 0, window));
}
