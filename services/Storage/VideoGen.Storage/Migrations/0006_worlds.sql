-- Test and live are two worlds of an account: a file belongs to that of the key that uploaded it, or of the job that made it. Of the files that exist
-- nobody here knows which it is, nor of those that the release before still writes: null, which is there for both.
alter table asset add column test boolean;
alter table ingest add column test boolean;

-- How much of a kind a world keeps is counted from this index alone.
create index asset_usage_of_world on asset (account_id, kind, origin) include (test, size_bytes, thumbnail_bytes, preview_bytes);
drop index asset_usage;
