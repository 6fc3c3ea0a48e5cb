-- An endpoint chooses the shape of what it is told: the native event, or that of another API whose receivers exist already.
alter table webhook_endpoint add column format text not null default 'native' check (format in ('native', 'vsl'));

-- VSL's shape knows the ends of a job and nothing else.
alter table webhook_endpoint add constraint webhook_endpoint_vsl_events
  check (format = 'native' or events <@ array['*', 'job.completed', 'job.failed', 'job.cancelled']);

-- The shape that a delivery has, for ever: an endpoint that changes its format later gets the same bytes again on a replay. A
-- delivery that is not native brings its own body.
alter table webhook_delivery add column format text not null default 'native' check (format in ('native', 'vsl'));
