-- Accounts that their owners have deleted: no job of theirs begins any more, and what was kept of them is erased. The row stays, for a message
-- may come twice.
create table closed_account (
  account_id uuid primary key,
  closed_at timestamptz not null default now(),
  erased_at timestamptz
);
