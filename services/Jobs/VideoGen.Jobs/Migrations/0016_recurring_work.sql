-- Recurring work has new names, each with a row of its own; nobody runs the old ones any more.
delete from due_work where kind in ('jobs-overdue', 'jobs-saga-pruning', 'jobs-idempotency-pruning', 'feed-upkeep', 'webhook-upkeep');
