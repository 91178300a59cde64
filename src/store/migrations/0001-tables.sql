-- What must survive. Names are always written with the schema: the search_path is the queue's.

-- The clock that all replicas see. Statements ask for it by this name and no other, so that one
-- place says whose time claims and budgets go by.
create function curfew.now() returns timestamptz
language sql volatile as 'select clock_timestamp()';

-- `kind:id`, as in src/policy/sync.ts.
create domain curfew.sync_key as text check (value ~ '^(model|bulk):.');

-- Who looks after what, by the clock of the database: a sync (`model:1`) or a duty (`duty:sweep`).
-- Rows stay, so that the fence of a name rises for ever; updates find room on their page.
create table curfew.claims (
  name text primary key,
  owner text not null,
  fence bigint not null,
  expires_at timestamptz not null
) with (fillfactor = 50);

create table curfew.holds (
  id text primary key,
  sync curfew.sync_key not null,
  sync_name text not null,
  state text not null
    check (state in ('pausing', 'held', 'resuming', 'yielded', 'released', 'gone')),
  baseline text not null check (baseline in ('active', 'inactive')),
  cause text not null,
  occurrence_start timestamptz not null,
  occurrence_end timestamptz not null check (occurrence_start < occurrence_end),
  opened_at timestamptz not null,
  held_at timestamptz,
  quiet_at timestamptz,
  execution text,
  closed_at timestamptz,
  -- What the policies that hold it said, as they said it then.
  terms jsonb not null,
  -- The version of the time zone data that its end was worked out with.
  tzdata text not null,
  next_run_at timestamptz,
  resume_at timestamptz,
  -- When a pause was given up that may have its effect for a while yet.
  stray_at timestamptz,
  repauses integer not null check (repauses >= 0),
  told jsonb not null,
  generation integer not null check (generation >= 0),
  updated_at timestamptz not null
) with (fillfactor = 70);

-- A second open hold would take the pause of the first for the baseline.
create unique index one_open_hold_per_sync on curfew.holds (sync)
  where state in ('pausing', 'held', 'resuming', 'yielded');

create table curfew.calls (
  key text primary key,
  sync curfew.sync_key not null,
  action text not null check (action in ('activate', 'deactivate', 'cancel', 'start')),
  -- No foreign key: both are written in one step, and checking it costs as much as the insert.
  hold text,
  generation integer not null check (generation >= 0),
  actor text not null,
  intended_at timestamptz not null,
  attempts integer not null check (attempts >= 0),
  -- Whether an attempt before the last may have had its effect without our knowing.
  in_doubt boolean not null,
  state text not null check (state in ('open', 'closed')),
  outcome text,
  status integer,
  answered_at timestamptz
) with (fillfactor = 70);

create index open_calls on curfew.calls (sync) where state = 'open';

-- The digest of the last decision that was journalled for a sync.
create table curfew.decisions (
  sync curfew.sync_key primary key,
  digest text not null
) with (fillfactor = 70);

-- What the API said about every sync. The columns beside the body are for people with psql.
create table curfew.inventory (
  sync curfew.sync_key primary key,
  body jsonb not null,
  name text generated always as (body ->> 'name') stored,
  active boolean generated always as ((body ->> 'active')::boolean) stored
) with (fillfactor = 70);

create table curfew.inventory_reading (
  the_only_row boolean primary key default true check (the_only_row),
  read_at timestamptz not null
);

-- Every set that was ever in force, as the names and hashes of its texts (0005). The one with the
-- highest turn is.
create sequence curfew.policy_turns;
create table curfew.policy_sets (
  hash text primary key,
  -- Of the policy files alone.
  files text not null,
  loaded_at timestamptz not null,
  sources jsonb not null,
  turn bigint not null unique default nextval('curfew.policy_turns')
);

create table curfew.policies (
  hash text primary key,
  set_hash text not null references curfew.policy_sets (hash)
);

-- Which daemons were seen when, and the hash of the policy files that each has on its disk.
create table curfew.replicas (
  owner text primary key,
  files text,
  seen_at timestamptz not null
) with (fillfactor = 50);

-- Until when the windows of a policy were journalled.
create table curfew.boundary_marks (
  policy text primary key,
  mark timestamptz not null
) with (fillfactor = 70);

-- A generic cell rate per name: until when the budget is spent, and until when nobody may spend it.
create table curfew.budgets (
  name text primary key,
  spent_until timestamptz not null,
  quiet_until timestamptz
) with (fillfactor = 50);

-- What needs a person now, each thing once, whichever replica sees it.
create table curfew.alerts (
  name text primary key,
  reason text not null,
  policy text,
  raised_at timestamptz not null
);

-- When syncs were paused within the last hour; only where a cap asks for it.
create table curfew.pauses (
  at timestamptz not null
);

create table curfew.journal (
  seq bigint generated always as identity primary key,
  at timestamptz not null,
  type text not null check (type in (
    'daemon.started', 'daemon.stopped',
    'policies.loaded', 'policies.refused',
    'calendar.changed',
    'schedulers.changed',
    'window.opened', 'window.closed', 'window.missed', 'window.quiet', 'window.degraded',
    'sync.decided',
    'hold.opened', 'hold.held', 'hold.handed-over', 'hold.renewed', 'hold.resuming',
    'hold.released', 'hold.yielded', 'hold.gone',
    'call.intended', 'call.answered',
    'run.left', 'run.waited', 'sync.quiet',
    'person.asked',
    'journal.pruned',
    'override.created', 'override.revoked', 'override.expiring', 'override.expired',
    'alert.raised', 'alert.cleared'
  )),
  actor text not null,
  reason text not null,
  policy text,
  sync curfew.sync_key,
  sync_name text,
  hold text,
  occurrence_start timestamptz,
  occurrence_end timestamptz,
  before text,
  after text,
  key text,
  lateness_ms bigint,
  detail jsonb
);

create index journal_by_sync on curfew.journal (sync, seq) where sync is not null;
create index journal_by_policy on curfew.journal (policy, seq) where policy is not null;
create index journal_by_type on curfew.journal (type, seq);
-- Entries come almost in the order of their time, which this kind of index lives on.
create index journal_by_time on curfew.journal using brin (at);

create function curfew.refuse_change() returns trigger
language plpgsql as $$
begin
  raise exception 'the % is append-only, % is refused', tg_table_name, tg_op
    using errcode = 'CF001';
end
$$;

-- DELETE is refused in 0003-seals.sql, which knows the one exception.
create trigger journal_is_append_only
  before update or truncate on curfew.journal
  for each statement execute function curfew.refuse_change();
-- Also where a session has turned its triggers off.
alter table curfew.journal enable always trigger journal_is_append_only;
