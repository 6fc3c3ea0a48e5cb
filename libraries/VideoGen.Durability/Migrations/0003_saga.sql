-- One row a living saga: its kind, its id, and its state as JSON with snake_case names.
create table saga (
  kind text not null,
  id uuid not null,
  version int not null,
  state jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (kind, id)
) with (fillfactor = 80);
