-- What a text model answers; its render succeeds without files.
alter table renders add column answer text;
