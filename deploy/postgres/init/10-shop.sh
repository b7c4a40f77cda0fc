#!/bin/bash
# Once, in a new primary: the shop's role and database, the role that replicates, and the slot that keeps for the standby
# what it has not read yet. The passwords go in as variables of psql, which quotes them.
set -euo pipefail
: "${SHOP_DB_PASSWORD:?}" "${REPLICATION_PASSWORD:?}"

psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres -v shop_password="$SHOP_DB_PASSWORD" -v replication_password="$REPLICATION_PASSWORD" <<'SQL'
create role replicator login replication password :'replication_password';
-- pg_monitor: to see how far the standby has come.
create role shop login password :'shop_password' in role pg_monitor;
create database shop owner shop;
revoke connect on database shop from public;
\o /dev/null
select pg_create_physical_replication_slot('monolith_replica', true);
SQL
rm -f "$PGDATA.unfinished"
