-- Files that belong to an account: uploads, and outputs of jobs. The bytes are in the object store under keys of their own: two
-- rows never share an object, so deleting one never takes the other's bytes.
create table asset (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('video', 'image', 'audio')),
  origin text not null check (origin in ('upload', 'job')),
  job_id uuid,
  output_index int,
  media_type text not null,
  file_name text not null,
  size_bytes bigint not null check (size_bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  width int,
  height int,
  duration_seconds double precision,
  fps double precision,
  has_audio boolean,
  content_key text not null unique,
  thumbnail_key text unique,
  thumbnail_bytes bigint,
  preview_key text unique,
  preview_bytes bigint,
  created_at timestamptz not null default now(),
  check ((origin = 'job') = (job_id is not null and output_index is not null)),
  check ((thumbnail_key is null) = (thumbnail_bytes is null)),
  check ((preview_key is null) = (preview_bytes is null)),
  -- One output of a job is stored once, however often the command comes.
  unique (job_id, output_index)
);

-- Ids are UUIDv7, so their order is that of time: the newest first, by account.
create index asset_account on asset (account_id, id desc);
create index asset_origin_age on asset (origin, created_at);
