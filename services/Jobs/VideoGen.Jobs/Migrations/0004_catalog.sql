-- The last catalogue that Providers served, so that a restart works while Providers is away.
create table catalog_copy (
  single boolean primary key default true check (single),
  etag text not null,
  body json not null,
  fetched_at timestamptz not null default now()
);
