-- Callbacks of vendors that have been taken, by the id that the vendor gives each message and keeps when it repeats it.
create table callbacks (
  vendor text not null,
  id text not null,
  received_at timestamptz not null default now(),
  primary key (vendor, id)
);

create index callbacks_by_age on callbacks (received_at);

-- A callback names the vendor's id of the work.
create index attempts_by_vendor_id on attempts (connector, vendor_id) where vendor_id is not null;
