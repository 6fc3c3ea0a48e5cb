-- Endpoints may have headers of their own, such as the credential that their receiver asks for. The names are shown, the values never again: they are
-- kept encrypted, as one JSON object.
alter table webhook_endpoint add column header_names text[] not null default '{}';
alter table webhook_endpoint add column headers_cipher bytea;
alter table webhook_endpoint add constraint webhook_endpoint_headers check ((cardinality(header_names) = 0) = (headers_cipher is null));
