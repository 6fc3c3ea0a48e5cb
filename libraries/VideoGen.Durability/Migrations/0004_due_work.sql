-- Work with a due time. While a worker holds a row, lease is its fencing token and due_at is when the lease runs out:
-- a crashed worker's rows come due again by themselves. rerun_at is a time asked for while the row was held.
create table due_work (
  kind text not null,
  id uuid not null,
  due_at timestamptz not null,
  lease uuid,
  rerun_at timestamptz,
  attempts int not null default 0,
  failures int not null default 0,
  last_error text,
  payload jsonb not null,
  traceparent text,
  tracestate text,
  created_at timestamptz not null default now(),
  primary key (kind, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

create index due_work_due on due_work (kind, due_at);
