-- The job: what was asked, where it stands, how it ended. The row is the truth; the saga beside it only decides what comes next.
create table job (
  id uuid primary key,
  account_id uuid not null,
  user_id uuid,
  key_id uuid,
  test boolean not null,
  model text not null,
  kind text not null,
  -- json, not jsonb: the caller gets its own order and spelling of numbers back, and nobody searches inside.
  input json not null,
  assets json not null,
  script json,
  metadata json not null,
  webhook_url text,
  priority int not null,
  status text not null default 'queued'
    check (status in ('queued', 'starting', 'running', 'storing', 'cancelling', 'completed', 'failed', 'cancelled')),
  progress_percent int not null default 0 check (progress_percent between 0 and 100),
  progress_step text not null default 'queued',
  progress_message text,
  attempt_id uuid,
  provider text,
  output json,
  error_code text,
  error_message text,
  price bigint not null check (price >= 0),
  captured bigint not null default 0 check (captured between 0 and price),
  price_version int not null,
  deadline_seconds int not null check (deadline_seconds > 0),
  created_at timestamptz not null default now(),
  slot_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  deadline_at timestamptz not null,
  -- When the saga was last told that the deadline has passed; it is told again only after a while.
  overdue_told_at timestamptz,
  cancel_requested_at timestamptz,
  deleted_at timestamptz,
  updated_at timestamptz not null default now(),
  -- A success that came after another end: for the operator's books, never charged, never shown.
  late_success json,
  version bigint not null default 1,
  constraint job_end check ((status in ('completed', 'failed', 'cancelled')) = (ended_at is not null)),
  constraint job_output check ((status = 'completed') = (output is not null)),
  constraint job_error check ((status in ('failed', 'cancelled')) = (error_code is not null)),
  constraint job_capture check (captured = 0 or status = 'completed')
) with (fillfactor = 70);

-- Ids are UUIDv7: their order is the order of creation, so no list needs a time column in its index.
create index job_of_account on job (account_id, id) where deleted_at is null;
create index job_overdue on job (deadline_at) where ended_at is null;
create index job_durations on job (model, ended_at) where status = 'completed' and not test;
