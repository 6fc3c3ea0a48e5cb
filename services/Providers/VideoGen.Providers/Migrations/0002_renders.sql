-- The books of the two vendors inside this service: the simulator and the media tools. A row is an accepted order; a crash
-- in the middle of a render leaves it running, and whoever claims its due work next renders it again.
create table renders (
  id uuid primary key,
  -- The attempt: a second order under the same reference is the same order.
  client_reference uuid not null unique,
  connector text not null,
  -- json, because jsonb refuses the character NUL, which a prompt may hold.
  work_order json not null,
  state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  -- Counts claims; what an overtaken run still writes names an older one and changes nothing.
  run int not null default 0,
  percent int not null default 0 check (percent between 0 and 100),
  step text not null default 'queued',
  refusal_kind text,
  error_code text,
  error_message text,
  error_detail text,
  -- Paths below the work folder, with kind and media type; node is the address of the process that has them.
  outputs jsonb,
  node text,
  renewals int not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  constraint renders_ended check ((state in ('succeeded', 'failed', 'cancelled')) = (ended_at is not null)),
  constraint renders_outputs check ((state = 'succeeded') = (outputs is not null))
);
