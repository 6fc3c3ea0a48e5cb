-- What Storage has been asked to fetch, one row a job. sources is emptied when the ingest has ended (inline outputs can be large);
-- answer is the event that was published, kept to be published again when the command is repeated.
create table ingest (
  job_id uuid primary key,
  account_id uuid not null,
  attempt_id uuid not null,
  round int not null,
  state text not null check (state in ('pending', 'done', 'failed', 'discarded')),
  sources jsonb not null,
  answer jsonb,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'pending') = (ended_at is null))
);
