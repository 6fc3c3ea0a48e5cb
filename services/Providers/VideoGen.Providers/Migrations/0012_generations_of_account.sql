-- What is erased of an account is found by it.
create index generations_of_account on generations (account_id, job_id);
