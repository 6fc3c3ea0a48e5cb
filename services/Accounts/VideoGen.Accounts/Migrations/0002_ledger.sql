-- The credit ledger: double-entry, append-only, integers.
--
-- Why: credits are money. Nobody may be charged twice, charged more than was held, or end below zero, whatever messages repeat
-- or arrive out of order; and that must be provable afterwards from the rows alone. So the rules stand here as constraints and
-- triggers, not only in the program.
--
-- Books of a customer's account, in credits:
--   issued --grant--> available --hold--> held --capture--> earned
--                     available <-release-- held
--                     available --expire--> breakage
-- `available` and `held` belong to the customer; `issued`, `earned` and `breakage` are the system's, kept per customer, so that
-- no row is shared by all and a transfer locks one wallet and nothing else.

create table wallets (
    account_id uuid   primary key references accounts,
    granted    bigint not null default 0 check (granted >= 0),
    captured   bigint not null default 0 check (captured >= 0),
    expired    bigint not null default 0 check (expired >= 0),
    held       bigint not null default 0 check (held >= 0),
    -- Nobody spends or holds what was not granted, at any version of the row.
    available  bigint generated always as (granted - captured - expired - held) stored check (available >= 0),
    -- Number of the wallet's last transfer.
    sequence   bigint not null default 0 check (sequence >= 0)
);

-- What a wallet's credits are made of: each grant with what is left of it and when that expires. A capture draws from the grant
-- that expires first.
create table grants (
    id         uuid        primary key,
    account_id uuid        not null references wallets,
    source     text        not null check (source in ('monthly', 'operator')),
    amount     bigint      not null check (amount > 0),
    remaining  bigint      not null check (remaining between 0 and amount),
    expires_at timestamptz,
    created_at timestamptz not null default now()
);

create index grants_left on grants (account_id, expires_at nulls last, id) where remaining > 0;
create index grants_of_cycle on grants (account_id, expires_at) where source = 'monthly';

-- Credits set aside for a job.
create table holds (
    job_id       uuid        primary key,
    account_id   uuid        not null references wallets,
    model        text        not null,
    amount       bigint      not null check (amount >= 0),
    -- open: expires unless confirmed; confirmed: stands until the job's end; the others are ends, `expired` the only one that a
    -- late confirmation may still leave (the credits are taken again, as a second round).
    state        text        not null check (state in ('open', 'confirmed', 'captured', 'released', 'expired', 'lost')),
    -- How often the credits were taken: 2 when an expired hold was taken again.
    round        smallint    not null default 1 check (round >= 1),
    captured     bigint      not null default 0 check (captured between 0 and amount),
    expires_at   timestamptz not null,
    created_at   timestamptz not null default now(),
    resolved_at  timestamptz,
    check (captured = 0 or state = 'captured'),
    check ((state in ('open', 'confirmed')) = (resolved_at is null))
);

create index holds_to_expire on holds (expires_at) where state = 'open';
create index holds_standing on holds (account_id) where state in ('open', 'confirmed');

-- The journal. Every row moves one amount from one book to another, so both legs are equal by construction.
create table transfers (
    account_id      uuid        not null references wallets,
    -- 1, 2, 3 … within the wallet, without gaps.
    sequence        bigint      not null check (sequence >= 1),
    id              uuid        not null unique,
    kind            text        not null,
    debit           text        not null,
    credit          text        not null,
    amount          bigint      not null check (amount > 0),
    -- Names the operation that caused it; the same operation can't post twice.
    operation       text        not null unique,
    job_id          uuid        references holds,
    round           smallint,
    reason          text        not null,
    available_after bigint      not null check (available_after >= 0),
    held_after      bigint      not null check (held_after >= 0),
    -- The clock, not the transaction's start: so times never run against the sequence, which is the order of the wallet's lock.
    created_at      timestamptz not null default clock_timestamp(),
    -- SHA-256 over the previous row's hash and this row: an altered or missing row breaks the chain.
    hash            bytea       not null,
    primary key (account_id, sequence),
    check ((kind, debit, credit) in (
        ('grant', 'issued', 'available'), ('hold', 'available', 'held'), ('release', 'held', 'available'),
        ('capture', 'held', 'earned'), ('expire', 'available', 'breakage'))),
    check ((kind in ('hold', 'release', 'capture')) = (job_id is not null and round is not null)),
    check ((job_id is null) = (round is null))
);

-- A round of a hold is taken once, captured at most once and given back at most once.
create unique index transfers_once on transfers (job_id, round, kind) where job_id is not null;
create index transfers_of_kind on transfers (account_id, kind, sequence);

create function transfer_hash(previous bytea, t transfers) returns bytea language sql stable as $$
    select sha256(previous || convert_to(jsonb_build_array(t.account_id, t.sequence, t.id, t.kind, t.debit, t.credit, t.amount,
        t.operation, t.job_id, t.round, t.reason, t.available_after, t.held_after,
        (extract(epoch from t.created_at) * 1000000)::bigint)::text, 'utf8'))
$$;

-- What a transfer adds to a book.
create function transfer_effect(t transfers, book text) returns bigint language sql immutable as $$
    select case when t.credit = book then t.amount when t.debit = book then -t.amount else 0 end
$$;

-- A transfer must follow the wallet's last one: the next number, and balances that are the last ones plus its own effect.
create function transfers_follow() returns trigger language plpgsql as $$
declare
    last transfers;
begin
    select * into last from transfers where account_id = new.account_id and sequence = new.sequence - 1;
    if (new.sequence > 1) <> (last.sequence is not null) then
        raise exception 'transfer % of wallet % follows nothing', new.sequence, new.account_id using errcode = 'integrity_constraint_violation';
    end if;
    if new.available_after <> coalesce(last.available_after, 0) + transfer_effect(new, 'available')
        or new.held_after <> coalesce(last.held_after, 0) + transfer_effect(new, 'held') then
        raise exception 'transfer % of wallet % does not add up', new.sequence, new.account_id using errcode = 'integrity_constraint_violation';
    end if;
    new.hash := transfer_hash(coalesce(last.hash, ''::bytea), new);
    return new;
end
$$;

create trigger transfers_follow before insert on transfers for each row execute function transfers_follow();

-- Corrections are new transfers, never edits.
create function transfers_are_final() returns trigger language plpgsql as $$
begin
    raise exception 'transfers are append-only' using errcode = 'integrity_constraint_violation';
end
$$;

create trigger transfers_are_final before update or delete or truncate on transfers
    for each statement execute function transfers_are_final();

-- The same journal as single legs, for auditors and for the checks.
create view entries as
    select account_id, sequence, id as transfer_id, kind, debit as book, -amount as amount, created_at from transfers
    union all
    select account_id, sequence, id, kind, credit, amount, created_at from transfers;
