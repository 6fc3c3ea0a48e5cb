-- Whose process a submit in flight belongs to: the number of the session lock that the process holds while it lives. Null in rows of the
-- release before, which are taken over by their lease alone.
alter table idempotency_key add column process bigint;
create index idempotency_open on idempotency_key (created_at) where answer is null;
