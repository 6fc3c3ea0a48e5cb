-- The order of a job's deliveries to one receiver. Null in rows of the release before, which know no order.
alter table webhook_delivery add column job_version bigint;
