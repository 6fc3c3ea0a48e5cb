-- Which consumer has handled which message: written in the transaction of the effect, so a second delivery has none.
create table inbox (
  message_id uuid not null,
  consumer_id uuid not null,
  received_at timestamptz not null default now(),
  primary key (message_id, consumer_id)
);

-- Rows come in the order of received_at, so a block-range index is enough for the pruning and costs nothing to keep.
create index inbox_age on inbox using brin (received_at) with (pages_per_range = 32);
