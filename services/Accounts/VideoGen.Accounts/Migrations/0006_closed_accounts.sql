-- Customers may delete their account. closed_at is the moment from which nobody is let in; erased_at is when Jobs had erased what it
-- kept of it and told the others to, and with it went what names a person here. The account's row, its wallet and its transfers stay: they are books.
alter table accounts add column closed_at timestamptz;
alter table accounts add column erased_at timestamptz;
alter table accounts add constraint accounts_erased check (erased_at is null or closed_at is not null);
