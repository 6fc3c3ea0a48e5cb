-- Health is read for all models at once as well as for one; both read the attempts of the last hour, so time comes first.
drop index attempts_health;

create index attempts_ended on attempts (ended_at) include (model, connector) where ended_at is not null and not test;
