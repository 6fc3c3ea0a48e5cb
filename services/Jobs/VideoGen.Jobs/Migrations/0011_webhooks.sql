-- Webhooks: who wants to be told, what was sent, and how each try went.
create table webhook_endpoint (
  id uuid primary key,
  account_id uuid not null,
  url text not null,
  -- Event types, or the one entry '*'.
  events text[] not null check (cardinality(events) > 0),
  description text not null default '',
  enabled boolean not null default true,
  -- Why it is disabled: 'customer', 'gone' (it answered 410) or 'failing' (for days without one success).
  disabled_reason text check (disabled_reason in ('customer', 'gone', 'failing')),
  -- Since when every attempt failed; null after a success.
  failing_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint webhook_endpoint_disabled check (enabled = (disabled_reason is null))
);

create index webhook_endpoint_of_account on webhook_endpoint (account_id, id);

-- Signing secrets, encrypted. The owner is an endpoint, or the account itself for the URLs given with a job. After a rotation
-- the old one keeps signing beside the new until it expires.
create table webhook_secret (
  id uuid primary key,
  owner_id uuid not null,
  account_id uuid not null,
  cipher bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz
);

create unique index webhook_secret_current on webhook_secret (owner_id) where expires_at is null;
create index webhook_secret_of_owner on webhook_secret (owner_id, created_at);

-- An event on its way to one endpoint. The body is that of the feed row (event_id, event_at); a test event, which is in no feed,
-- brings its own. attempts counts for ever, round_attempts since the last replay: it is the place in the schedule.
create table webhook_delivery (
  id uuid primary key,
  account_id uuid not null,
  endpoint_id uuid,
  url text,
  event_id uuid not null,
  event_at timestamptz not null,
  type text not null,
  job_id uuid,
  body bytea,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  round_attempts int not null default 0,
  next_attempt_at timestamptz,
  last_status int,
  last_error text,
  traceparent text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint webhook_delivery_target check (num_nonnulls(endpoint_id, url) = 1),
  constraint webhook_delivery_once unique nulls not distinct (event_id, endpoint_id)
) with (fillfactor = 80);

create index webhook_delivery_of_account on webhook_delivery (account_id, id);
create index webhook_delivery_of_endpoint on webhook_delivery (endpoint_id, id) where endpoint_id is not null;
create index webhook_delivery_of_job on webhook_delivery (job_id, id) where job_id is not null;
create index webhook_delivery_failed on webhook_delivery (account_id, id) where status = 'failed';

-- Written before the socket opens. A row without an end is an attempt whose outcome is unknown: it is running, or the process
-- that ran it is gone.
create table webhook_attempt (
  delivery_id uuid not null references webhook_delivery on delete cascade,
  number int not null,
  url text not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  status int,
  duration_ms int,
  reply text,
  error text,
  primary key (delivery_id, number)
);
