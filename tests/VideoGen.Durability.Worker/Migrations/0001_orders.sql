-- What the worker does, without a single unique key on the effects: a repeated effect must show, not be refused.
create table placed (id uuid primary key);
create table effect (order_id uuid not null, what text not null);
