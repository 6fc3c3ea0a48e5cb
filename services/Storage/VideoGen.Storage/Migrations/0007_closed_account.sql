-- Accounts that their owners have deleted. What still comes for one of them, an upload that was on its way, goes with the next run of retention.
create table closed_account (
  account_id uuid primary key,
  closed_at timestamptz not null default now()
);

-- What is erased of an account is found by it.
create index ingest_of_account on ingest (account_id, job_id) where state <> 'discarded';
