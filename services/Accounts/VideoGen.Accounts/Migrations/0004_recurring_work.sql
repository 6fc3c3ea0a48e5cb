-- Recurring work has new names, each with a row of its own; nobody runs the old ones any more.
delete from due_work where kind in ('prune-throttles', 'prune-limits');
