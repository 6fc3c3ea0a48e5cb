-- How long such jobs usually took when this one was submitted, so that every reader of the job and of its events estimates alike.
-- Null for jobs older than this.
alter table job add column expected_seconds int check (expected_seconds > 0);
