-- Who may run now. One row an account, locked for every change of its queue, so that its counts and limits are exact.
create table slot_account (
  account_id uuid primary key,
  running int not null check (running >= 0),
  waiting int not null check (waiting >= 0),
  running_limit int not null check (running_limit >= 0),
  waiting_limit int not null check (waiting_limit >= 0)
) with (fillfactor = 70);

-- One row a living job: waiting, or running in a slot. It goes when the job ends, and the slot with it.
create table slot (
  job_id uuid primary key references job (id),
  account_id uuid not null references slot_account (account_id),
  priority int not null,
  running boolean not null default false,
  queued_at timestamptz not null default now(),
  taken_at timestamptz
) with (fillfactor = 70);

create index slot_waiting_of_account on slot (account_id, priority desc, queued_at, job_id) where not running;
create index slot_running on slot (account_id) where running;

-- Its only row is the lock that orders all changes when a global limit is set.
create table slot_total (
  single boolean primary key default true check (single)
);
insert into slot_total default values;
