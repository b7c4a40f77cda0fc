#!/bin/sh
# Makes .env beside docker-compose.yml: passwords of this installation, out of /dev/urandom, for the owner's eyes alone.
# Never overwrites one; another file's name may be given.
set -eu
umask 077
file=${1:-$(dirname "$0")/../.env}

if [ -e "$file" ]; then
  echo "$file is there already and stays as it is." >&2
  exit 0
fi

# 160 bits as letters and digits, so that no place that a password goes to needs it quoted.
secret() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc 'a-zA-Z0-9' | cut -c 1-27; }
# 60 bits that people can type: no letter that looks like a digit.
typable() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc 'abcdefghjkmnpqrstuvwxyz23456789' | cut -c 1-12 | sed 's/\(....\)\(....\)/\1-\2-/'; }

# Written aside and moved, so that half a file never stands for a whole one.
cat >"$file.new" <<ENV
# The passwords of this installation. docker-compose.yml names what each is for.
POSTGRES_PASSWORD=$(secret)
SHOP_DB_PASSWORD=$(secret)
REPLICATION_PASSWORD=$(secret)
REDIS_CACHE_PASSWORD=$(secret)
REDIS_QUEUE_PASSWORD=$(secret)
STRIPE_SECRET_KEY=sk_test_sandbox_$(secret)
STRIPE_WEBHOOK_SECRET=whsec_$(secret)
GRAFANA_PASSWORD=$(typable)

# The log-ins of the demo shop.
DEMO_SHOPPER_EMAIL=shopper@monolith.example
DEMO_SHOPPER_PASSWORD=$(typable)
DEMO_ADMIN_EMAIL=admin@monolith.example
DEMO_ADMIN_PASSWORD=$(typable)
ENV
mv "$file.new" "$file"
echo "$file is made, with new passwords. The demo's log-ins stand at its end." >&2
