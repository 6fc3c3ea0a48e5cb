-- A change of the password ends every session that began before it. A token carries the round in which it was made; one of an earlier round stands for
-- nobody. Tokens of the release before have none, which is the first round.
alter table users add column session_round integer not null default 0;
