-- Recurring work has a new name, with a row of its own; nobody runs the old one any more.
delete from due_work where kind = 'prune-callbacks';
