-- A generation is what a job asked for: one a job, whatever is delivered twice. An attempt is one try at one vendor, written
-- before the vendor is called, so that no crash can lose the fact that a vendor may have work of ours.
create table generations (
  job_id uuid primary key,
  account_id uuid,
  model text,
  -- json, not jsonb, which refuses the character NUL: whatever Jobs took as a valid input must be takeable here.
  input json,
  assets json,
  test boolean not null default false,
  script json,
  deadline timestamptz,
  -- starting: no attempt at present; active: attempt_id is at a vendor, or may be.
  state text not null check (state in ('starting', 'active', 'succeeded', 'failed', 'cancelled')),
  -- Grows with every change by the worker; a worker that lost its lease finds another one and changes nothing.
  version bigint not null default 0,
  attempt_id uuid,
  cancel_requested_at timestamptz,
  cancel_reason text,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  -- A cancel that overtook its start leaves a row without a request, so that the late start does nothing.
  constraint generations_request check (state = 'cancelled' or num_nonnulls(account_id, model, input, assets, deadline) = 5),
  constraint generations_active check ((state = 'active') = (attempt_id is not null and ended_at is null)),
  constraint generations_ended check ((state in ('succeeded', 'failed', 'cancelled')) = (ended_at is not null))
);

create table attempts (
  id uuid primary key,
  job_id uuid not null references generations (job_id),
  number int not null check (number >= 1),
  model text not null,
  route int not null check (route >= 0),
  connector text not null,
  vendor_model text not null,
  test boolean not null,
  -- creating: the vendor is being called; unknown: its answer is lost; absent: it certainly never got it;
  -- abandoned: it may still run at a vendor that can't stop it, and nobody waits for it.
  state text not null check (state in ('creating', 'unknown', 'running', 'succeeded', 'refused', 'failed', 'absent', 'cancelled', 'abandoned')),
  vendor_id text,
  percent int not null default 0 check (percent between 0 and 100),
  step text not null default 'queued',
  message text,
  sequence bigint not null default 0,
  told_at timestamptz,
  refusal_kind text,
  error_code text,
  error_message text,
  error_detail text,
  retry_after interval,
  outputs jsonb,
  result_text text,
  outputs_expire_at timestamptz,
  created_at timestamptz not null default now(),
  accepted_at timestamptz,
  ended_at timestamptz,
  constraint attempts_number unique (job_id, number),
  constraint attempts_vendor_id check (state not in ('running', 'succeeded') or vendor_id is not null)
);

-- The health of routes is read from the newest attempts of a model.
create index attempts_health on attempts (model, ended_at desc) where ended_at is not null and not test;
