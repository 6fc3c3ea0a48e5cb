-- A vendor may have several keys, each of them an account there. An attempt keeps the name of its key, never the key: reads, cancels and searches go
-- to the account that has the work, also after a restart. Null: the only key, as in the release before, which does not write it.
alter table attempts add column vendor_key text;

-- What is known of keys beside what attempts tell. Who begins an attempt locks its key's row, so that the count of what the account has at once is
-- exact whatever number of processes there is.
create table vendor_keys (
  connector text not null,
  key text not null,
  used_at timestamptz,
  -- Until then the key is left alone, because the vendor refused it: its account is empty, closed or asked too often.
  cools_until timestamptz,
  reason text,
  detail text,
  -- Cool-downs one after the other without a success: each is twice as long as the one before.
  failures int not null default 0 check (failures >= 0),
  primary key (connector, key)
);

-- What an account has at once.
create index attempts_at_vendor on attempts (connector, vendor_key) where state in ('creating', 'unknown', 'running');
