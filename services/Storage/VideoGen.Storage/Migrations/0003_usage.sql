-- How much of a kind an account keeps is counted from this index alone.
create index asset_usage on asset (account_id, kind, origin) include (size_bytes, thumbnail_bytes, preview_bytes);
