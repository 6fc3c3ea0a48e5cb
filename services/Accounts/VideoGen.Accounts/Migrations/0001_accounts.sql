-- Accounts, their users and their API keys.
--
-- Why these shapes: an account owns credits and limits, a user is a way to sign in to it, a key is a way to call it. No secret
-- is stored: passwords as PBKDF2, keys as SHA-256 (190 random bits need no slow hash), looked up by that hash.

create table accounts (
    id               uuid primary key,
    name             text        not null,
    plan             text        not null,
    is_operator      boolean     not null default false,
    -- The day of the month on which the cycle turns. Kept beside the dates, so that 31 January → 28 February → 31 March.
    anchor_day       smallint    not null check (anchor_day between 1 and 31),
    cycle_started_at timestamptz not null,
    cycle_ends_at    timestamptz not null,
    created_at       timestamptz not null default now(),
    check (cycle_ends_at > cycle_started_at)
);

-- The operator's list: newest first.
create index accounts_newest on accounts (created_at desc, id desc);

create table users (
    id            uuid primary key,
    -- One user an account for now; a team's users would lift this.
    account_id    uuid        not null unique references accounts,
    email         text        not null,
    -- The address in lower case: this is what must be unique and what a sign-in looks for.
    email_key     text        not null unique check (email_key = lower(email)),
    -- Null: this user can't sign in with a password (an operator that has keys only).
    password_hash text,
    created_at    timestamptz not null default now()
);

create table api_keys (
    id           uuid primary key,
    account_id   uuid        not null references accounts,
    name         text        not null,
    -- The first characters, enough to recognise a key in a list, far too few to use it.
    prefix       text        not null,
    secret_hash  bytea       not null unique check (length(secret_hash) = 32),
    test         boolean     not null,
    scopes       text[]      not null check (cardinality(scopes) > 0),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    created_at   timestamptz not null default now()
);

create index api_keys_of_account on api_keys (account_id, created_at desc, id desc);

-- Attempts to sign in or sign up, counted in fixed windows per e-mail address and per network address. The subject is a
-- SHA-256, so that the table is no list of who tried.
create table throttles (
    kind      text        not null,
    subject   bytea       not null,
    starts_at timestamptz not null,
    attempts  integer     not null check (attempts >= 0),
    primary key (kind, subject)
);

create index throttles_by_age on throttles (starts_at);
