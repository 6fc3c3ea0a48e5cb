-- Plans may say how long files are kept. The time is fixed when the file comes, so that what the customer was told stays true when the plan
-- changes; null is for ever. An ingest carries what the plan said when the job was submitted.
alter table asset add column expires_at timestamptz;
alter table ingest add column retention_days int check (retention_days > 0);
create index asset_expires on asset (expires_at) where expires_at is not null;

-- The work of clearing up has another name; nobody runs this row any more.
delete from due_work where kind = 'sweep';
