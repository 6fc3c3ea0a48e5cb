-- The event feed: one row for every change of a job that subscribers are told of, in an order that never changes.
--
-- Order. A row carries the transaction that wrote it (xid) and a sequence number (id); readers go by (xid, id) and see only
-- rows of transactions older than every one still running. So whatever commits later sorts after what was shown: a late
-- commit is never skipped, and writers lock no counter. A transaction that stays open delays readers, it never breaks them.
-- Restoring a dump into another cluster keeps the xids of the old one, which may lie in the new one's future: then
-- "update feed_event set xid = '3'" once, before the service starts; cursors handed out before that start again from the oldest.
--
-- Partitions. One a month by created_at, from the first day: old months go by dropping a table, and each month's indexes stay
-- small. The service makes the months ahead at start and once an hour. A partition is attached, not created in place: that
-- waits for no reader and no writer. Readers go by account or job across the few months that are kept.
create table feed_event (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  event_id uuid not null,
  account_id uuid not null,
  job_id uuid not null,
  job_version bigint not null,
  type text not null check (type in ('job.queued', 'job.started', 'job.progressed', 'job.completed', 'job.failed', 'job.cancelled')),
  test boolean not null,
  -- The exact bytes that subscribers get; signatures cover them, so they are never written anew.
  body bytea not null,
  created_at timestamptz not null default now(),
  primary key (event_id, created_at)
) partition by range (created_at);

create index feed_event_of_account on feed_event (account_id, xid, id);
create index feed_event_of_job on feed_event (job_id, xid, id);

-- Makes the partitions of this month and of those ahead. Callers hold the feed's upkeep lock.
create function feed_partitions_create(months_ahead int) returns void language plpgsql as $$
declare
  first timestamptz;
  name text;
begin
  for n in 0 .. months_ahead loop
    first := date_trunc('month', now(), 'UTC') + n * interval '1 month';
    -- The addition above is in the session's time zone; bring it back to the first instant of a UTC month.
    first := date_trunc('month', first + interval '1 day', 'UTC');
    name := 'feed_event_' || to_char(first at time zone 'UTC', 'YYYY_MM');
    if to_regclass(name) is null then
      execute format('create table %I (like feed_event including defaults including constraints)', name);
      execute format('alter table feed_event attach partition %I for values from (%L) to (%L)', name, first,
        date_trunc('month', first + interval '32 days', 'UTC'));
    end if;
  end loop;
end $$;

-- Drops the partitions that ended before the given time; returns how many.
create function feed_partitions_drop(before timestamptz) returns int language plpgsql as $$
declare
  part record;
  dropped int := 0;
begin
  for part in
    select inhrelid::regclass as name, to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') as first
    from pg_inherits where inhparent = 'feed_event'::regclass
  loop
    if (part.first + interval '1 month') at time zone 'UTC' <= before then
      execute format('drop table %s', part.name);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end $$;

select feed_partitions_create(3);
