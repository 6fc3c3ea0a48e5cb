-- Why a provider was tried, as Providers tells it since it may order providers by price, speed or reliability. Null for attempts of which the
-- release before told: their reason follows from the attempts before them.
alter table job_attempt add column chosen text;
alter table job add column attempt_chosen text;
