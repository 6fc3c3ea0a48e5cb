-- Who signs out of the pages ends that sign-in here, so that a copy of its cookie opens nothing any more. A row is kept for longer than
-- any sign-in lasts (a week at the most), and names neither account nor person: the id is the sign-in's own.
create table ended_sessions (
    id       uuid        primary key,
    ended_at timestamptz not null default now()
);

create index ended_sessions_by_age on ended_sessions (ended_at);
