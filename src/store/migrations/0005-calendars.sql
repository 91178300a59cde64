-- Calendars that are fetched, and the texts of policy sets, each kept once.

-- The copy of each feed that counts, and how the last look at it went. All replicas load the copy
-- from here, so that they load the same one.
create table curfew.feeds (
  url text primary key,
  body text not null,
  hash text not null,
  etag text,
  last_modified text,
  fetched_at timestamptz not null,
  checked_at timestamptz not null,
  failure text check (failure in ('unreachable', 'unreadable', 'shrunk')),
  failing_since timestamptz,
  failing_why text,
  check ((failure is null) = (failing_since is null)),
  check ((failure is null) = (failing_why is null))
);

-- Writes what came of a look at a feed, and the entries about it, unless another look was quicker:
-- `seen_at` is when the copy was last looked at before, null when there was none.
create function curfew.save_feed(feed jsonb, seen_at timestamptz, entries jsonb) returns boolean
language plpgsql as $$
begin
  if seen_at is null then
    insert into curfew.feeds
    select * from jsonb_populate_record(null::curfew.feeds, feed)
    on conflict (url) do nothing;
  else
    update curfew.feeds as f
       set body = r.body, hash = r.hash, etag = r.etag, last_modified = r.last_modified,
           fetched_at = r.fetched_at, checked_at = r.checked_at, failure = r.failure,
           failing_since = r.failing_since, failing_why = r.failing_why
      from jsonb_populate_record(null::curfew.feeds, feed) as r
     where f.url = r.url and f.checked_at = seen_at;
  end if;
  if not found then
    return false;
  end if;
  perform curfew.append_entries(entries);
  return true;
end
$$;

-- The texts that sets are made of, by their SHA-256: a calendar that changes every day makes a new
-- set every day, of which nearly all is as it was.
create table curfew.policy_texts (
  hash text primary key,
  body text not null
);
