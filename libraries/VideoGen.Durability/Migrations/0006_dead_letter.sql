-- Messages that could not be handled or sent, for operators: kept byte for byte until one of them is sent again or discarded.
-- source says where it was caught, endpoint which queue it was for, destination where a replay goes. The fingerprint keeps a message
-- that is read twice from standing here twice.
create table dead_letter (
  id uuid primary key,
  source text not null check (source in ('error', 'skipped', 'dead', 'outbox')),
  endpoint text not null,
  fingerprint bytea not null unique,
  reason text not null,
  detail text,
  attempts int not null,
  failed_at timestamptz not null,
  job_id uuid,
  account_id uuid,
  message_id uuid not null,
  conversation_id uuid,
  correlation_id uuid,
  request_id uuid,
  message_type text not null,
  destination text not null,
  content_type text not null,
  headers text,
  properties text,
  body bytea not null,
  traceparent text,
  tracestate text,
  created_at timestamptz not null default now()
);

create index dead_letter_newest on dead_letter (failed_at desc, id desc);
