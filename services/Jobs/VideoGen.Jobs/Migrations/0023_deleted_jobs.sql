-- The jobs of an account that was deleted are emptied in batches, in the order of their ids; there are few deleted jobs beside them.
create index job_deleted_of_account on job (account_id, id) where deleted_at is not null;
