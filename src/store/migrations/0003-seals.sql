-- Seals over the journal (src/plan/seal.ts says what is hashed), and the one way in which entries
-- ever leave it. Hashes are lower-case hex, as people compare them.

create table curfew.seals (
  number bigint primary key check (number > 0),
  format text not null,
  previous text,
  first_seq bigint not null,
  last_seq bigint not null unique check (first_seq <= last_seq),
  entry_count integer not null check (entry_count > 0),
  entries text not null,
  made_at timestamptz not null,
  key_id text,
  hash text not null,
  signature text
);

create trigger seals_are_append_only
  before update or delete or truncate on curfew.seals
  for each statement execute function curfew.refuse_change();
alter table curfew.seals enable always trigger seals_are_append_only;

-- The list that `entries` is the hash of: 40 bytes per entry. It names the bad one among many, and
-- goes when its entries go.
create table curfew.seal_lists (
  seal bigint primary key references curfew.seals (number),
  list bytea not null
);

create trigger seal_lists_are_append_only
  before update or truncate on curfew.seal_lists
  for each statement execute function curfew.refuse_change();
alter table curfew.seal_lists enable always trigger seal_lists_are_append_only;

-- What this very transaction has written down about pruning; null where it has not.
create function curfew.pruned_now() returns jsonb
language sql stable as $$
  select j.detail
    from curfew.journal as j
   where j.type = 'journal.pruned' and j.xmin = pg_current_xact_id()::xid
   order by j.seq desc
   limit 1
$$;

-- Entries leave from the oldest on, up to the end of a seal that is older than a day, and in the
-- transaction that writes this down. The day is for the typing error in the retention.
create function curfew.refuse_removal() returns trigger
language plpgsql as $$
declare
  pruned constant jsonb := curfew.pruned_now();
  through_seq constant bigint := (pruned ->> 'throughSeq')::bigint;
begin
  if exists (
       select from curfew.seals as s
        where s.number = (pruned ->> 'throughSeal')::bigint and s.last_seq = through_seq
          and s.made_at < now() - interval '1 day')
     and not exists (select from gone as g where g.seq > through_seq)
     and not exists (select from curfew.journal as j where j.seq <= through_seq) then
    return null;
  end if;
  raise exception 'the journal is append-only, DELETE is refused' using errcode = 'CF001';
end
$$;

create trigger journal_loses_nothing
  after delete on curfew.journal referencing old table as gone
  for each statement execute function curfew.refuse_removal();
alter table curfew.journal enable always trigger journal_loses_nothing;

create function curfew.refuse_list_removal() returns trigger
language plpgsql as $$
declare
  through_seal constant bigint := (curfew.pruned_now() ->> 'throughSeal')::bigint;
begin
  if through_seal is null or exists (select from gone as g where g.seal > through_seal) then
    raise exception 'the seal_lists is append-only, DELETE is refused' using errcode = 'CF001';
  end if;
  return null;
end
$$;

create trigger seal_lists_lose_nothing
  after delete on curfew.seal_lists referencing old table as gone
  for each statement execute function curfew.refuse_list_removal();
alter table curfew.seal_lists enable always trigger seal_lists_lose_nothing;

-- An entry with every column and all its digits, whatever the settings of the session are. Only
-- whether `detail` is SQL's null or JSON's cannot be seen in JSON, so it stands in an array.
create function curfew.entry_row(j curfew.journal) returns json
language sql stable as $$
  select json_build_array(
    j.seq, j.at at time zone 'UTC', j.type, j.actor, j.reason, j.policy, j.sync, j.sync_name,
    j.hold, j.occurrence_start at time zone 'UTC', j.occurrence_end at time zone 'UTC', j.before,
    j.after, j.key, j.lateness_ms,
    case when j.detail is not null then json_build_array(j.detail) end
  )
$$;

create function curfew.seal_row(s curfew.seals) returns json
language sql stable as $$
  select json_build_object(
    'header', json_build_object(
      'format', s.format, 'number', s.number, 'previous', s.previous, 'firstSeq', s.first_seq,
      'lastSeq', s.last_seq, 'count', s.entry_count, 'entries', s.entries,
      'madeAt', s.made_at at time zone 'UTC', 'keyId', s.key_id),
    'hash', s.hash, 'signature', s.signature
  )
$$;

-- The entries of the journal in (after_seq, through_seq], at most so many, as the text of a JSON
-- array of rows: a client that parsed it as JSON would lose digits of long numbers.
create function curfew.entries_between(after_seq bigint, through_seq bigint, entries_max integer)
returns text
language sql stable as $$
  select coalesce(json_agg(curfew.entry_row(e.j) order by (e.j).seq), '[]')::text
    from (select j
            from curfew.journal as j
           where j.seq > after_seq and j.seq <= through_seq
           order by j.seq
           limit entries_max) as e
$$;

-- The last seal, if there is one, and the first entries after it.
create function curfew.unsealed(entries_max integer)
returns table (last json, entries text)
language sql stable as $$
  select case when not (l.s is null) then curfew.seal_row(l.s) end,
         curfew.entries_between(
           coalesce((l.s).last_seq, -9223372036854775808), 9223372036854775807, entries_max)
    from (select) as always
    left join (select s from curfew.seals as s order by s.number desc limit 1) as l on true
$$;

-- Seals after a number, with their lists and entries: about `entries_max` entries in one statement,
-- so that what is pruned meanwhile is there as a whole or not at all. A few more entries than were
-- sealed are given, so that those can be named which somebody added.
create function curfew.links_after(after_number bigint, entries_max integer)
returns table (seal json, list text, entries text)
language sql stable as $$
  select curfew.seal_row(a.s), encode(l.list, 'hex'),
         curfew.entries_between(
           coalesce(
             before.last_seq,
             case when (a.s).number = 1 then -9223372036854775808 else (a.s).first_seq - 1 end),
           (a.s).last_seq, (a.s).entry_count + 100)
    from (select n.s, sum((n.s).entry_count) over (order by (n.s).number) as total
            from (select s
                    from curfew.seals as s
                   where s.number > after_number
                   order by s.number
                   limit entries_max) as n) as a
    left join curfew.seals as before on before.number = (a.s).number - 1
    left join curfew.seal_lists as l on l.seal = (a.s).number
   where a.total - (a.s).entry_count < entries_max
   order by (a.s).number
$$;

-- Adds the next seal with its list; false when another replica was faster.
create function curfew.add_seal(seal jsonb, list text) returns boolean
language plpgsql as $$
begin
  insert into curfew.seals
  select * from jsonb_populate_record(null::curfew.seals, seal)
  on conflict (number) do nothing;
  if not found then
    return false;
  end if;
  insert into curfew.seal_lists (seal, list)
  values ((seal ->> 'number')::bigint, decode(list, 'hex'));
  return true;
end
$$;

-- The oldest seals whose entries are still there and that were all made before an instant: at most
-- so many entries. What was written since the oldest open hold began stays: it says why a sync is
-- paused today.
create function curfew.prunable(older_than timestamptz, entries_max integer)
returns table (
  from_seal bigint, through_seal bigint, through_seq bigint, entries bigint, since timestamptz
)
language sql stable as $$
  with ahead as (
    select s.number, s.last_seq, s.made_at,
           sum(s.entry_count) over w as total,
           max(s.made_at) over w as newest,
           min(s.made_at) over w as oldest,
           min(s.number) over w as first
      from curfew.seals as s
     where s.number >= (select min(l.seal) from curfew.seal_lists as l)
    window w as (order by s.number)
     order by s.number
     limit entries_max
  )
  select a.first, a.number, a.last_seq, a.total, a.oldest
    from ahead as a
   where a.total <= entries_max
     and a.newest < least(
           older_than,
           (select min(h.opened_at) from curfew.holds as h
             where h.state in ('pausing', 'held', 'resuming', 'yielded')))
   order by a.number desc
   limit 1
$$;

-- Removes what `prunable` has found and writes it down; false when another replica was faster.
create function curfew.prune(through_seal bigint, through_seq bigint, entry jsonb) returns boolean
language plpgsql as $$
begin
  perform from curfew.seal_lists as l where l.seal <= through_seal for update;
  if not found then
    return false;
  end if;
  perform curfew.append_entries(jsonb_build_array(entry));
  delete from curfew.journal as j where j.seq <= through_seq;
  delete from curfew.seal_lists as l where l.seal <= through_seal;
  return true;
end
$$;
