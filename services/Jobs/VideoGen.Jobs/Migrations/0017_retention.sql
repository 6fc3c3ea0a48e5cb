-- How long the plan kept files when the job was submitted; the command that stores its outputs carries it. Null is for ever.
alter table job add column retention_days int check (retention_days > 0);
