-- The oldest message that was tried and not sent is asked for every few seconds; in good times there is none.
create index outbox_failing on outbox (created_at) where attempts > 0;
