using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Rows;

namespace VideoGen.Accounts.Operator;

/// <summary>
/// Evaluates the ledger's invariants from the rows alone. One statement, so one snapshot: operations that run meanwhile are
/// seen wholly or not at all. It reads the whole ledger; meant for operators and tests, not for every minute of a large system.
/// </summary>
internal sealed class LedgerCheckStore(NpgsqlDataSource source)
{
    const string Checks = """
        with folded as (
            select account_id, max(sequence) as sequence, count(*) as transfers,
                   sum(amount) filter (where kind = 'grant') as granted, sum(amount) filter (where kind = 'capture') as captured,
                   sum(amount) filter (where kind = 'expire') as expired, sum(transfer_effect(t, 'held')) as held
            from transfers t group by account_id
        ), chained as (
            select t.account_id, t.sequence, t.hash, transfer_hash(coalesce(lag(t.hash) over wallet, ''::bytea), t) as expected,
                   t.available_after - coalesce(lag(t.available_after) over wallet, 0) <> transfer_effect(t, 'available')
                   or t.held_after - coalesce(lag(t.held_after) over wallet, 0) <> transfer_effect(t, 'held')
                   or t.sequence <> row_number() over wallet as broken
            from transfers t window wallet as (partition by t.account_id order by t.sequence)
        ), rounds as (
            select job_id, round, sum(amount) filter (where kind = 'hold') as taken, sum(amount) filter (where kind <> 'hold') as settled,
                   sum(amount) filter (where kind = 'capture') as captured
            from transfers where job_id is not null group by job_id, round
        ), per_hold as (
            select h.job_id, h.amount, h.state in ('open', 'confirmed') as stands, h.captured, r.taken, r.settled,
                   coalesce((select sum(c.captured) from rounds c where c.job_id = h.job_id), 0) as paid,
                   exists (select from rounds o where o.job_id = h.job_id and o.round < h.round and o.taken is distinct from o.settled) as earlier_open
            from holds h left join rounds r on r.job_id = h.job_id and r.round = h.round
        ), standing as (
            select account_id, sum(amount) as held from holds where state in ('open', 'confirmed') group by account_id
        ), remaining as (
            select account_id, sum(remaining) as credits from grants group by account_id
        ), legs as (
            select account_id, sequence, sum(amount) as total, count(*) as legs, count(distinct book) as books from entries group by account_id, sequence
        )
        select 'L1', 'All entries sum to zero', (select count(*) from entries), (select count(*) from (select from entries having sum(amount) <> 0) s)
        union all
        select 'L2', 'Every transfer has two legs of equal amount in two books', count(*), count(*) filter (where total <> 0 or legs <> 2 or books <> 2) from legs
        union all
        select 'L3', 'No wallet is below zero', count(*), count(*) filter (where available < 0 or held < 0) from wallets
        union all
        select 'L4a', 'Every wallet equals the fold of its transfers', count(*), count(*) filter (where
                (w.granted, w.captured, w.expired, w.held, w.sequence)
                is distinct from (coalesce(f.granted, 0), coalesce(f.captured, 0), coalesce(f.expired, 0), coalesce(f.held, 0), coalesce(f.sequence, 0)))
            from wallets w left join folded f using (account_id)
        union all
        select 'L4b', 'Every transfer follows the one before without a gap', count(*), count(*) filter (where broken) from chained
        union all
        select 'L4c', 'Held credits equal the holds that stand', count(*), count(*) filter (where w.held <> coalesce(s.held, 0))
            from wallets w left join standing s using (account_id)
        union all
        select 'L4d', 'Available and held credits equal what remains of the grants', count(*), count(*) filter (where w.available + w.held <> coalesce(r.credits, 0))
            from wallets w left join remaining r using (account_id)
        union all
        select 'L5', 'Every hold is settled at most once and wholly, never beyond its amount', count(*), count(*) filter (where
                case when stands then coalesce(taken, 0) <> amount or settled is not null else taken is distinct from settled end
                or captured > amount or paid <> captured or earlier_open)
            from per_hold
        union all
        select 'L6', 'No unconfirmed hold is more than a minute past its time', count(*), count(*) filter (where expires_at < now() - interval '1 minute')
            from holds where state = 'open'
        union all
        select 'L8', 'No hold is taken, captured or given back twice', count(*), count(*) filter (where times > 1)
            from (select count(*) as times from transfers where job_id is not null group by job_id, round, kind) s
        union all
        select 'L9a', 'The hash of every transfer continues its wallet''s chain', count(*), count(*) filter (where hash <> expected) from chained
        union all
        select 'L9b', 'Transfers can be neither changed nor deleted', 2, 2 - (select count(*) from pg_trigger
            where tgrelid = 'transfers'::regclass and tgname in ('transfers_are_final', 'transfers_follow') and tgenabled in ('O', 'A'))
        union all
        select 'L11', 'Issued credits equal available, held, earned and breakage', count(*), case when
                (select coalesce(-sum(amount), 0) from entries where book = 'issued')
                = coalesce(sum(available + held + captured + expired), 0) then 0 else 1 end
            from wallets
        """;

    public Task<List<LedgerCheck>> RunAsync(CancellationToken ct) => source.Command(Checks).ToListAsync(
        row => new LedgerCheck(row.GetString(0), row.GetString(1), row.GetInt64(3) == 0, row.GetInt64(2), row.GetInt64(3)), ct);
}
