-- Who watches the whole system asks every second or two what failed or was stopped lately. Such ends are few beside completed ones.
create index job_failures on job (ended_at, status) where status in ('failed', 'cancelled');
