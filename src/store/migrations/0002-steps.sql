-- What changes together, as functions: one round trip and one commit serve a whole group of syncs.
-- All lock claims in the order of their names, then the inventory, and the journal last, so that no
-- two of them can wait for each other.

-- Appends a JSON array of rows. Entries get their numbers in the order in which they become
-- visible: whoever follows the journal by number misses none.
create function curfew.append_entries(entries jsonb) returns void
language plpgsql as $$
begin
  if jsonb_array_length(entries) = 0 then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('curfew.journal'));
  insert into curfew.journal (
    at, type, actor, reason, policy, sync, sync_name, hold, occurrence_start, occurrence_end,
    before, after, key, lateness_ms, detail
  )
  select e.at, e.type, e.actor, e.reason, e.policy, e.sync, e.sync_name, e.hold,
         e.occurrence_start, e.occurrence_end, e.before, e.after, e.key, e.lateness_ms, e.detail
    from jsonb_populate_recordset(null::curfew.journal, entries) with ordinality as e (
      seq, at, type, actor, reason, policy, sync, sync_name, hold, occurrence_start,
      occurrence_end, before, after, key, lateness_ms, detail, position
    )
   order by e.position;
end
$$;

-- All that changes overrides or the policy set in force takes this lock alone, and whoever is
-- about to call the API shares it for the commit of its intention (curfew.write_steps): so one
-- comes before the other, everywhere. It is always taken first: nobody who holds something waits.
create function curfew.lock_rules() returns void
language sql as $$
  select pg_advisory_xact_lock(hashtext('curfew.rules'))
$$;

create function curfew.policies_version() returns bigint
language sql stable as $$
  select coalesce(max(s.turn), 0) from curfew.policy_sets as s
$$;

-- Puts a policy set in force; gives its turn, which is the version of the policies from now on.
create function curfew.put_in_force(
  set_hash text, set_files text, at timestamptz, set_sources jsonb, set_texts jsonb
) returns bigint
language plpgsql as $$
declare
  its_turn bigint;
begin
  perform curfew.lock_rules();
  insert into curfew.policy_texts (hash, body)
  select t ->> 'hash', t ->> 'text' from jsonb_array_elements(set_texts) as t
  on conflict (hash) do nothing;
  insert into curfew.policy_sets as s (hash, files, loaded_at, sources)
  values (set_hash, set_files, at, set_sources)
  on conflict (hash) do update
    set loaded_at = excluded.loaded_at, turn = nextval('curfew.policy_turns')
  returning s.turn into its_turn;
  return its_turn;
end
$$;

-- Claims syncs: `[{sync, owner, ttl_ms}]`, each sync once. Gives a row for every one that was free,
-- expired or the owner's already, and the versions of what decides about it: of the overrides
-- (0004-overrides.sql) and of the policy set in force.
create function curfew.take_syncs(wanted jsonb)
returns table (
  sync text, fence bigint, hold jsonb, calls jsonb, decided text, overrides bigint, policies bigint,
  listed_at timestamptz
)
language plpgsql as $$
declare
  taken text[];
  overrides_known bigint;
  policies_known bigint;
begin
  with claimed as (
    insert into curfew.claims as c (name, owner, fence, expires_at)
    select w.sync, w.owner, 1, curfew.now() + w.ttl_ms * interval '1 millisecond'
      from jsonb_to_recordset(wanted) as w (sync text, owner text, ttl_ms float8)
     order by w.sync
    on conflict (name) do update
      set owner = excluded.owner, fence = c.fence + 1, expires_at = excluded.expires_at
      where c.owner = excluded.owner or c.expires_at <= curfew.now()
         -- No claim is meant to last so long: this clock was set back since.
         or c.expires_at > curfew.now() + interval '1 hour'
    returning c.name
  )
  select array_agg(c.name) into taken from claimed as c;
  overrides_known := curfew.overrides_version();
  policies_known := curfew.policies_version();
  -- A statement of its own, because it sees what the owner before us committed while we waited for
  -- the row; the one above still looks at the world of its own start.
  return query
    select c.name, c.fence, to_jsonb(h),
           (select jsonb_agg(to_jsonb(k) order by k.intended_at, k.key)
              from curfew.calls as k
             where k.sync = c.name and k.state = 'open'),
           d.digest, overrides_known, policies_known,
           (select r.read_at from curfew.inventory_reading as r)
      from curfew.claims as c
      left join curfew.holds as h
        on h.sync = c.name and h.state in ('pausing', 'held', 'resuming', 'yielded')
      left join curfew.decisions as d on d.sync = c.name
     where c.name = any (taken);
end
$$;

-- Writes steps of syncs, each sync once: `[{sync, fence, overrides, policies, hold, calls, entries,
-- decided, observed, release}]`. Gives the syncs whose fence still stood; of the others nothing is
-- written, nor of those that were decided under other overrides or policies than there are now:
-- these are given apart.
create function curfew.write_steps(steps jsonb, out standing text[], out outdated text[])
language plpgsql as $$
declare
  landing jsonb;
  overrides_now bigint;
  policies_now bigint;
begin
  outdated := '{}';
  if jsonb_path_exists(steps, '$[*].overrides') then
    -- Whoever changes these waits for our commit, or has committed what we are about to see.
    perform pg_advisory_xact_lock_shared(hashtext('curfew.rules'));
    overrides_now := curfew.overrides_version();
    policies_now := curfew.policies_version();
    select coalesce(array_agg(s.sync), '{}') into outdated
      from jsonb_to_recordset(steps) as s (sync text, overrides bigint, policies bigint)
     where s.overrides <> overrides_now or s.policies <> policies_now;
  end if;
  select array_agg(locked.name) into standing
    from (
      select c.name
        from jsonb_to_recordset(steps) as s (sync text, fence bigint)
        join curfew.claims as c on c.name = s.sync and c.fence = s.fence
       where s.sync <> all (outdated)
       order by c.name
         for update of c
    ) as locked;
  if standing is null then
    standing := '{}';
    return;
  end if;
  landing := steps;
  if cardinality(standing) < jsonb_array_length(steps) then
    select jsonb_agg(s.step order by s.position) into landing
      from jsonb_array_elements(steps) with ordinality as s (step, position)
     where s.step ->> 'sync' = any (standing);
  end if;

  insert into curfew.holds
  select * from jsonb_populate_recordset(
    null::curfew.holds, jsonb_path_query_array(landing, '$[*].hold'))
  on conflict (id) do update set
    sync = excluded.sync,
    sync_name = excluded.sync_name,
    state = excluded.state,
    baseline = excluded.baseline,
    cause = excluded.cause,
    occurrence_start = excluded.occurrence_start,
    occurrence_end = excluded.occurrence_end,
    opened_at = excluded.opened_at,
    held_at = excluded.held_at,
    quiet_at = excluded.quiet_at,
    execution = excluded.execution,
    closed_at = excluded.closed_at,
    terms = excluded.terms,
    tzdata = excluded.tzdata,
    next_run_at = excluded.next_run_at,
    resume_at = excluded.resume_at,
    stray_at = excluded.stray_at,
    repauses = excluded.repauses,
    told = excluded.told,
    generation = excluded.generation,
    updated_at = excluded.updated_at;

  insert into curfew.calls
  select * from jsonb_populate_recordset(
    null::curfew.calls, jsonb_path_query_array(landing, '$[*].calls[*]'))
  on conflict (key) do update set
    sync = excluded.sync,
    action = excluded.action,
    hold = excluded.hold,
    generation = excluded.generation,
    actor = excluded.actor,
    intended_at = excluded.intended_at,
    attempts = excluded.attempts,
    in_doubt = excluded.in_doubt,
    state = excluded.state,
    outcome = excluded.outcome,
    status = excluded.status,
    answered_at = excluded.answered_at;

  insert into curfew.decisions (sync, digest)
  select s.sync, s.decided
    from jsonb_to_recordset(landing) as s (sync text, decided text)
   where s.decided is not null
  on conflict (sync) do update set digest = excluded.digest;

  insert into curfew.inventory as i (sync, body)
  select s.sync, s.observed
    from jsonb_to_recordset(landing) as s (sync text, observed jsonb)
   where s.observed is not null
   order by s.sync
  on conflict (sync) do update set body = excluded.body
    where i.body is distinct from excluded.body;

  update curfew.claims as c set fence = c.fence + 1, expires_at = '-infinity'
    from jsonb_to_recordset(landing) as s (sync text, release boolean)
   where c.name = s.sync and s.release;

  perform curfew.append_entries(jsonb_path_query_array(landing, '$[*].entries[*]'));
end
$$;

-- Replaces the inventory: `[{sync, body}]`.
create function curfew.save_inventory(syncs jsonb, began_at timestamptz) returns void
language plpgsql as $$
begin
  -- Steps that freshen single rows wait; they lock rows in another order than we would.
  lock table curfew.inventory in share row exclusive mode;
  insert into curfew.inventory as i (sync, body)
  select s.sync, s.body from jsonb_to_recordset(syncs) as s (sync text, body jsonb)
  on conflict (sync) do update set body = excluded.body
    where i.body is distinct from excluded.body;
  delete from curfew.inventory as i
   where i.sync not in (select s.sync from jsonb_to_recordset(syncs) as s (sync text));
  insert into curfew.inventory_reading (read_at) values (began_at)
  on conflict (the_only_row) do update set read_at = excluded.read_at;
end
$$;

-- Moves the mark of a policy from where the caller saw it, and appends the entries. Forward, but
-- for a caller who knows that the clock was set back.
create function curfew.move_boundary_mark(
  of_policy text, moved_from timestamptz, moved_to timestamptz, entries jsonb
) returns boolean
language plpgsql as $$
begin
  if moved_from is null then
    insert into curfew.boundary_marks (policy, mark) values (of_policy, moved_to)
    on conflict (policy) do nothing;
  else
    update curfew.boundary_marks set mark = moved_to
     where policy = of_policy and mark = moved_from and mark <> moved_to;
  end if;
  if not found then
    return false;
  end if;
  perform curfew.append_entries(entries);
  return true;
end
$$;

-- Raises an alert with its entry, unless it is raised already.
create function curfew.raise_alert(alert jsonb, entries jsonb) returns boolean
language plpgsql as $$
begin
  insert into curfew.alerts (name, reason, policy, raised_at)
  select a.name, a.reason, a.policy, a.raised_at
    from jsonb_populate_record(null::curfew.alerts, alert) as a
  on conflict (name) do nothing;
  if not found then
    return false;
  end if;
  perform curfew.append_entries(entries);
  return true;
end
$$;

-- Clears an alert with its entry, if it is raised.
create function curfew.clear_alert(alert text, entries jsonb) returns boolean
language plpgsql as $$
begin
  delete from curfew.alerts as a where a.name = alert;
  if not found then
    return false;
  end if;
  perform curfew.append_entries(entries);
  return true;
end
$$;

-- Whether one more sync may be paused, when at most `cap` may be within an hour.
create function curfew.admit_pause(cap integer) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('curfew.pauses'));
  delete from curfew.pauses where at <= curfew.now() - interval '1 hour';
  if (select count(*) from curfew.pauses) >= cap then
    return false;
  end if;
  insert into curfew.pauses (at) values (curfew.now());
  return true;
end
$$;
