-- The attempts of a job that ended without a result, as Providers told them: for the job's own story and its receipt. Most jobs have none; the
-- attempt that is under way, or succeeded, stands in the job's row.
create table job_attempt (
  job_id uuid not null references job (id) on delete cascade,
  number int not null check (number >= 1),
  attempt_id uuid not null,
  provider text not null,
  outcome text not null,
  code text,
  message text,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  primary key (job_id, number)
);

-- What was earned in a time, for the operator's margins.
create index job_earned on job (ended_at) include (model, provider, captured) where captured > 0;
