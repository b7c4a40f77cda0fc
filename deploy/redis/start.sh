#!/bin/sh
# Starts a Redis with the configuration that is named. The password goes in with it, not as an argument, which every process
# on the machine can read; redis-cli takes it from the same variable.
set -eu
exec redis-server - <<CONFIG
$(cat "$1")
requirepass ${REDISCLI_AUTH:?}
CONFIG
