-- What the file is coded in, as ffprobe names it; null for assets that were probed before it was kept.
alter table asset add column codec text;
