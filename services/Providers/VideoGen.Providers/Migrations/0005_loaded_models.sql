-- Models in memory, one row each, wherever they are: in the memory of one process of this service (the simulator's), or on ComfyUI's
-- GPU. Who changes the table locks it: it is small, and how much fits in is decided from all of its rows.
create table loaded_models (
  model text primary key,
  place text not null check (place in ('simulator', 'comfyui')),
  -- The process that loads it and, on the simulator, holds it: its address. It says every few seconds that it lives.
  node text not null,
  seen_at timestamptz not null default now(),
  -- Of this load: what a load that was given up still writes names another one and changes nothing.
  load_id uuid not null,
  -- What the catalogue says it needs.
  needed_bytes bigint not null check (needed_bytes >= 0),
  -- What it was measured to take.
  memory_bytes bigint check (memory_bytes >= 0),
  started_at timestamptz not null default now(),
  loaded_at timestamptz,
  constraint loaded_models_loaded check ((loaded_at is null) = (memory_bytes is null))
);
