-- Messages leave through this table: written in the transaction of the state they tell of, sent after its commit.
-- due_at is the time of a scheduled message and the next try of a failed one; token is what Unschedule deletes by.
create table outbox (
  id bigint generated always as identity primary key,
  due_at timestamptz not null default now(),
  expires_at timestamptz,
  token uuid,
  attempts int not null default 0,
  last_error text,
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
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

create index outbox_due on outbox (due_at, id);
create index outbox_token on outbox (token) where token is not null;

-- Rows that can never be sent as they are; an operator reads the reason, and moves a row back or deletes it.
create table outbox_set_aside (
  like outbox,
  primary key (id),
  reason text not null,
  set_aside_at timestamptz not null default now()
);
