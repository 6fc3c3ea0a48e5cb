-- Limits that several gateways keep together, for what costs money: a row says how often something was used in one sixtieth of a window.
--
-- Why unlogged: a use is worth nothing once its window has passed, and a commit that has to wait for the disk would cost every
-- submit more than the count itself. The price: after a crash of the database, and on a replica that takes over, these counts
-- begin at zero. Credits are in the ledger, which forgets nothing.
create unlogged table limit_uses (
    -- SHA-256 of account and label, so that the table is no list of a customer's users.
    subject      bytea       not null check (length(subject) = 32),
    seconds      integer     not null check (seconds > 0),
    -- The window's sixtieths since 1970, by the database's clock.
    slot         bigint      not null,
    uses         integer     not null check (uses > 0),
    forgotten_at timestamptz not null,
    primary key (subject, seconds, slot)
-- Room in each page for the next version of a row: the count changes, no indexed column does.
) with (fillfactor = 70);

create index limit_uses_by_age on limit_uses (forgotten_at);
