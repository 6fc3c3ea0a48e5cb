-- Test and live are two worlds of an account: an endpoint is told of the jobs of one of them, and a delivery is seen from there only. Until now an
-- endpoint was told of both; those that exist are live from here on. A delivery belongs to the world of its job. The release before writes neither
-- column: what it makes is live, as what exists is.
alter table webhook_endpoint add column test boolean not null default false;

alter table webhook_delivery add column test boolean not null default false;
update webhook_delivery set test = true from job where job.id = webhook_delivery.job_id and job.test;
