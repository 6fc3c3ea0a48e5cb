-- Idempotency-Key of an account and route. Without an answer: the request of `owner` is at work until its lease runs out.
-- With one: it is replayed to every repetition, for 30 days.
create table idempotency_key (
  account_id uuid not null,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  owner uuid not null,
  lease_until timestamptz not null,
  job_id uuid,
  status int,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (account_id, route, key),
  constraint idempotency_answer check ((status is null) = (answer is null) and (status is null) = (job_id is null))
);

create index idempotency_age on idempotency_key (created_at);
