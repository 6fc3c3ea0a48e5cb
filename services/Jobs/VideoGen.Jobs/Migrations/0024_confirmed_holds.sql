-- When Accounts was told that the job is committed: only for jobs that take long.
alter table job add column hold_confirmed_at timestamptz;
create index job_unconfirmed on job (created_at) where ended_at is null and price > 0 and hold_confirmed_at is null;
