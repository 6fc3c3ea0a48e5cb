-- What an attempt costs at the vendor, in US dollars: as the vendor says, or its units at the prices of the route that it took. Null where that is
-- not known. The release before does not write it.
alter table attempts add column cost_usd numeric check (cost_usd >= 0);

-- What an operator should know without looking for it: work that may be billed and that nobody knows anything about, models that end soon.
create table alarms (
  id uuid primary key,
  kind text not null,
  -- The attempt or the model that it is about: one alarm of a kind each.
  subject text not null,
  job_id uuid,
  message text not null,
  raised_at timestamptz not null default now(),
  -- When it turned out how it ended, and how.
  settled_at timestamptz,
  outcome text,
  constraint alarms_once unique (kind, subject),
  constraint alarms_settled check ((settled_at is null) = (outcome is null))
);

create index alarms_by_age on alarms (raised_at desc, id desc);
