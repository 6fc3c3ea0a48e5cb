-- Figures of what jobs did. An account's come from one index over its jobs, a model's from one over its ended live jobs (which
-- serves expected durations too), today's completed ones from a third; none needs the rows themselves, which hold inputs and outputs.
create index job_figures on job (account_id, created_at) include (test, model, status, slot_at, ended_at);

drop index job_durations;
create index job_ends on job (model, ended_at) include (status, slot_at) where ended_at is not null and not test;

create index job_completions on job (ended_at) where status = 'completed';

-- The most jobs that waited at once on a day, noted by whoever changes the queue, under the account's lock.
alter table slot_account add column most_waiting int not null default 0 check (most_waiting >= 0),
  add column most_waiting_on date not null default (now() at time zone 'utc')::date;
