-- When a job's files began to be stored: readers show a job's story by its times, and only this one was missing.
alter table job add column storing_at timestamptz;
