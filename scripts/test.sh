#!/usr/bin/env bash
# What `npm test` runs: makes sure that there are a Redis and a PostgreSQL to test on, then vitest.
# The servers are started and stopped by the tests (test/support/servers.ts); none is left running.
#
# usage: npm test                          everything
#        npm test -- test/time             one room, one file, or any other vitest filter
#        CURFEW_TEST_ENGINES=required npm test     fail, rather than skip, where a server is missing
set -uo pipefail
cd "$(dirname "$0")/.."

has_redis() { command -v redis-server >/dev/null; }
has_postgres() {
  { command -v postgres && command -v initdb; } >/dev/null ||
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

# The words that come before a command to run it as root; fails where we cannot.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    echo env
  elif sudo -n true 2>/dev/null; then
    echo 'sudo -n'
  else
    return 1
  fi
}

install_servers() {
  local root policy=/usr/sbin/policy-rc.d made_policy='' status=0
  command -v apt-get >/dev/null || { echo "no apt-get here"; return 1; }
  root=$(as_root) || { echo "neither root nor passwordless sudo"; return 1; }
  # Debian starts what it installs, unless this file says no.
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null && $root chmod 755 "$policy"
    made_policy=yes
  fi
  {
    $root apt-get update -qq &&
      $root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" openssl >/dev/null
  } || status=$?
  [ -z "$made_policy" ] || $root rm -f "$policy"
  return "$status"
}

missing=()
has_redis || missing+=(redis-server)
has_postgres || missing+=(postgresql)
if [ "${#missing[@]}" -gt 0 ]; then
  echo "npm test: installing ${missing[*]} to test on"
  install_servers "${missing[@]}" ||
    echo "!! npm test: ${missing[*]} could not be installed; the suites on it will be skipped" >&2
fi

exec npx vitest run "$@"
