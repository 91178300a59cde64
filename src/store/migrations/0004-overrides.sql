-- What people said against their policies. A row stays when its time is over: it is part of the
-- story. Whatever is done to one gives it a new turn, so that the highest turn is the version of
-- all of them.
create sequence curfew.override_turns;

create table curfew.overrides (
  -- Rises with each override: of two, the one with the higher number is the newer.
  number bigint generated always as identity primary key,
  id text not null unique,
  turn bigint not null unique default nextval('curfew.override_turns'),
  kind text not null check (kind in ('hold', 'release', 'skip', 'end', 'extend')),
  created_at timestamptz not null,
  actor text not null,
  reason text not null check (reason <> ''),
  -- From when to when it has its effect.
  starts_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > starts_at and expires_at < 'infinity'),
  -- Of a hold or release: which syncs, as in a policy's `select`, and in words.
  selector jsonb,
  subject text,
  -- Of the others: which window of which policy.
  policy text,
  policy_hash text,
  occurrence_start timestamptz,
  occurrence_end timestamptz,
  timezone text,
  revoked_at timestamptz,
  revoked_by text,
  revoke_reason text,
  reminded_at timestamptz,
  ended_at timestamptz,
  -- What the client calls its request, and a digest of that: asked twice, it is done once.
  request_key text unique,
  request_digest text not null,
  check (
    case when kind in ('hold', 'release')
      then selector is not null and subject is not null and policy is null
      else selector is null and policy is not null and policy_hash is not null
        and timezone is not null and occurrence_start < occurrence_end
    end
  )
) with (fillfactor = 70);

create index overrides_by_end on curfew.overrides (expires_at);

-- All that changes overrides takes this lock alone, and whoever is about to call the API shares it
-- for the commit of its intention (curfew.write_steps): so one comes before the other, everywhere.
-- It is always taken first, so that nobody who holds something else waits for it.
create function curfew.lock_overrides() returns void
language sql as $$
  select pg_advisory_xact_lock(hashtext('curfew.overrides'))
$$;

create function curfew.overrides_version() returns bigint
language sql stable as $$
  select coalesce(max(o.turn), 0) from curfew.overrides as o
$$;

-- Puts an override on record with its entries: `created`. Answers `known` with the earlier override
-- when the request was made before, `conflict` when its key belongs to another request, and
-- `too-many` when that many are open by `created_at`.
create function curfew.create_override(
  new_one jsonb, entries jsonb, open_max integer, out outcome text, out override jsonb
)
language plpgsql as $$
declare
  given curfew.overrides;
  earlier curfew.overrides;
begin
  given := jsonb_populate_record(null::curfew.overrides, new_one);
  perform curfew.lock_overrides();
  select * into earlier from curfew.overrides as o where o.request_key = given.request_key;
  if found then
    outcome := case when earlier.request_digest = given.request_digest
      then 'known' else 'conflict' end;
    override := to_jsonb(earlier);
    return;
  end if;
  if (select count(*) from curfew.overrides as o
       where o.expires_at > given.created_at and o.revoked_at is null) >= open_max then
    outcome := 'too-many';
    return;
  end if;
  insert into curfew.overrides as o (
    id, kind, created_at, actor, reason, starts_at, expires_at, selector, subject, policy,
    policy_hash, occurrence_start, occurrence_end, timezone, request_key, request_digest
  ) values (
    given.id, given.kind, given.created_at, given.actor, given.reason, given.starts_at,
    given.expires_at, given.selector, given.subject, given.policy, given.policy_hash,
    given.occurrence_start, given.occurrence_end, given.timezone, given.request_key,
    given.request_digest
  ) returning to_jsonb(o) into override;
  outcome := 'created';
  perform curfew.append_entries(entries);
end
$$;

-- Revokes an override that is open at that instant, with its entries; gives it as it is then, and
-- whether this call revoked it.
create function curfew.revoke_override(
  of_id text, at timestamptz, by_actor text, because text, entries jsonb,
  out revoked boolean, out override jsonb
)
language plpgsql as $$
begin
  perform curfew.lock_overrides();
  update curfew.overrides as o
     set revoked_at = revoke_override.at, revoked_by = by_actor, revoke_reason = because,
         turn = nextval('curfew.override_turns')
   where o.id = of_id and o.revoked_at is null and o.expires_at > revoke_override.at
  returning to_jsonb(o) into override;
  revoked := found;
  if revoked then
    perform curfew.append_entries(entries);
  else
    select to_jsonb(o) into override from curfew.overrides as o where o.id = of_id;
  end if;
end
$$;

-- Notes that people were reminded of an override's end, or that it expired, with the entry that
-- says so; false when somebody was faster, or nothing is to be said any more.
create function curfew.tell_override(
  of_id text, what text, at timestamptz, entries jsonb
) returns boolean
language plpgsql as $$
begin
  perform curfew.lock_overrides();
  update curfew.overrides as o
     set reminded_at = case what when 'reminded' then tell_override.at else o.reminded_at end,
         ended_at = case what when 'ended' then tell_override.at else o.ended_at end,
         turn = nextval('curfew.override_turns')
   where o.id = of_id and o.revoked_at is null and o.ended_at is null
     and (what = 'ended' or o.reminded_at is null);
  if not found then
    return false;
  end if;
  perform curfew.append_entries(entries);
  return true;
end
$$;
