#!/bin/bash
# Starts one of the two Postgres servers in the part that it has to play now. Both run this script; POSTGRES_ROLE says only
# who begins as the primary when both are new. After that the other server decides:
#
#   it is a primary           follow it, as a copy of it when there is no data or when ours has gone another way
#   it is a standby           go on as what we were
#   it is silent              the same, after a moment: it may be starting
#   it is a standby or silent, and our data is lost    wait for it to be promoted, rather than to begin an empty shop
#
# So an old primary that comes back after a promotion comes back as a standby, and a lost disk needs nobody. Of two that
# both believe to be the primary, the one on the older timeline stops itself. Nothing is deleted before its copy is whole.
set -euo pipefail

: "${PGDATA:?}" "${POSTGRES_ROLE:?primary or replica}" "${POSTGRES_PEER:?the name of the other server}" "${REPLICATION_PASSWORD:?}"
readonly slot=monolith_replica config=/etc/postgresql
export PGPASSFILE=/tmp/pgpass PGCONNECT_TIMEOUT=2 PGOPTIONS='-c statement_timeout=2000'
umask 077
printf '*:*:*:replicator:%s\n' "$REPLICATION_PASSWORD" >"$PGPASSFILE"

postgres_pid=
copy_because=

say() { printf 'start.sh: %s\n' "$*" >&2; }
give_up() { say "$*"; exit 1; }
on_peer() { psql -XqAt -F ' ' -h "$POSTGRES_PEER" -U replicator -d postgres -c "$1" 2>/dev/null; }
here() { psql -XqAt -F ' ' -U postgres -d postgres -c "$1" 2>/dev/null; }

has_data() { [ -s "$PGDATA/PG_VERSION" ] && [ -s "$PGDATA/global/pg_control" ]; }
is_standby() { [ -e "$PGDATA/standby.signal" ]; }
control() { pg_controldata -D "$PGDATA" | sed -n "s/^$1: *//p"; }

# What the other server is: "primary TIMELINE SYSTEM", "standby 0 SYSTEM", or "silent".
readonly what_are_you="select case when pg_is_in_recovery() then 'standby 0'
  else 'primary ' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end, system_identifier from pg_control_system()"
ask_peer() { read -r peer peer_timeline peer_system < <(on_peer "$what_are_you" || echo silent 0 0) || peer=silent; }

# The newest timeline that this folder knows of; the control file lags behind a promotion until the next checkpoint.
own_timeline() {
  { control "Latest checkpoint's TimeLineID"
    for file in "$PGDATA"/pg_wal/*.history; do
      if [ -e "$file" ]; then printf '%d\n' "0x$(basename "$file" .history)"; fi
    done; } | sort -n | tail -1
}

# Why our data cannot go on as a copy of the primary that is there; empty when it can.
why_copy() {
  if ! has_data; then echo 'there is no data'
  elif [ "$(own_timeline)" -lt "$peer_timeline" ]; then echo "the other one has been promoted, to timeline $peer_timeline"
  elif ! is_standby; then return
  elif [ "$(on_peer "select '$(control 'Latest checkpoint location')'::pg_lsn > pg_current_wal_lsn()")" = t ]; then echo 'our data is ahead of the primary'
  elif [ "$(on_peer "select count(*) from pg_replication_slots where slot_name = '$slot' and wal_status is distinct from 'lost'")" = 0 ]; then
    echo 'the primary no longer keeps what we lack'
  fi
}

# A whole copy beside the old folder, then the change. What an old primary had for itself alone is kept once, to be looked at.
copy_from_peer() {
  say "copying $POSTGRES_PEER: $1"
  rm -rf "$PGDATA.new"
  on_peer "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '$slot' and not active" >/dev/null || true
  on_peer "select pg_create_physical_replication_slot('$slot', true) where not exists (select from pg_replication_slots where slot_name = '$slot')" >/dev/null
  env -u PGOPTIONS pg_basebackup -h "$POSTGRES_PEER" -U replicator -w -D "$PGDATA.new" -X stream -S "$slot" -c fast
  touch "$PGDATA.new/standby.signal"
  if has_data && ! is_standby; then rm -rf "$PGDATA.diverged"; mv "$PGDATA" "$PGDATA.diverged"; else rm -rf "$PGDATA"; fi
  mv "$PGDATA.new" "$PGDATA"
}

run() {
  # The same flags in both parts: a standby that is promoted, or a primary that is not any more, needs no new ones.
  set -- postgres -c config_file=$config/postgresql.conf -c hba_file=$config/pg_hba.conf -c primary_slot_name=$slot \
    -c "primary_conninfo=host=$POSTGRES_PEER user=replicator passfile=$PGPASSFILE application_name=$slot connect_timeout=2"
  if has_data; then env -u PGOPTIONS "$@" &
  else
    # init/10-shop.sh takes the mark away when all is there; who finds it begins again.
    touch "$PGDATA.unfinished"
    env -u PGOPTIONS docker-entrypoint.sh "$@" &
  fi
  postgres_pid=$!
}

stop() { [ -z "$postgres_pid" ] || kill -INT "$postgres_pid" 2>/dev/null || true; }
trap 'stopping=1; stop' TERM INT
stopping=

# Watches while the server runs; stops it when it has to play another part, or cannot follow.
watch() {
  local alone=0 part timeline streams
  while sleep 2 && kill -0 "$postgres_pid" 2>/dev/null; do
    ask_peer
    [ "$peer" = primary ] || { alone=0; continue; }
    read -r part timeline < <(here "$what_are_you") || continue
    if [ "$part" = primary ] && [ "${timeline%% *}" -lt "$peer_timeline" ]; then
      say "$POSTGRES_PEER is the primary of a later timeline: this one steps down"; stop; return
    fi
    streams=$(here "select count(*) from pg_stat_wal_receiver where status = 'streaming'") || continue
    if [ "$part" = standby ] && [ "$streams" = 0 ]; then alone=$((alone + 1)); else alone=0; fi
    if [ "$alone" -ge 10 ]; then
      echo 'it did not follow the primary for twenty seconds' >"$PGDATA.copy"; stop; return
    fi
  done
}

[ ! -e "$PGDATA.unfinished" ] || rm -rf "$PGDATA"
# Left behind by a kill. Its process id is of another container, and might be anybody's here.
rm -f "$PGDATA/postmaster.pid"
while [ -z "$stopping" ]; do
  ask_peer
  patience=15
  while [ "$peer" = silent ] && ! { has_data && is_standby; } && [ "$patience" -gt 0 ] && getent hosts "$POSTGRES_PEER" >/dev/null; do
    sleep 0.2; patience=$((patience - 1)); ask_peer
  done
  if has_data && [ "$peer" != silent ] && [ "$peer_system" != "$(control 'Database system identifier')" ]; then
    give_up "$POSTGRES_PEER holds another shop's data. Remove the volume of the one that is wrong; nothing was touched."
  fi
  if [ "$peer" = primary ]; then
    copy_because=$(cat "$PGDATA.copy" 2>/dev/null || why_copy)
    # Never over a later timeline than its own: then it is the other one that has to step down.
    if [ -n "$copy_because" ] && { ! has_data || [ "$(own_timeline)" -le "$peer_timeline" ]; }; then copy_from_peer "$copy_because"; fi
  elif ! has_data && { [ "$peer" = standby ] || [ "$POSTGRES_ROLE" = replica ]; }; then
    [ "$peer" = standby ] && say "the data is lost, and $POSTGRES_PEER is a standby: promote it with npm run ops -- promote"
    sleep 0.3
    continue
  fi
  rm -f "$PGDATA.copy"
  run
  watch &
  watch_pid=$!
  # A signal ends the first wait, not the server.
  code=0; wait "$postgres_pid" || code=$?
  while kill -0 "$postgres_pid" 2>/dev/null; do code=0; wait "$postgres_pid" || code=$?; done
  kill "$watch_pid" 2>/dev/null || true
  wait "$watch_pid" 2>/dev/null || true
  postgres_pid=
  # One that was asked to stop by the watch begins anew in its other part; whatever else ends it is the engine's to see.
  [ "$code" = 0 ] || exit "$code"
done
