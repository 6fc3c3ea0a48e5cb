-- What a connector wants to be told again about its work (such as an address that the vendor gave to read it at), what the vendor says it bills, and
-- whether it bills what it refused. The release before writes none of them.
alter table attempts add column vendor_memo jsonb;
alter table attempts add column usage jsonb;
alter table attempts add column charged text check (charged in ('yes', 'no', 'unknown'));
