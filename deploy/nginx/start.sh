#!/bin/sh
# Runs nginx, and reloads it whenever the edge agent has written another list. Arguments: nginx and its own, as in
#   start.sh nginx -g 'daemon off;'
# An image's own entrypoint, which fills in the templates, comes between when there is one.
set -eu
list=$EDGE_UPSTREAM_DIR/upstreams.conf
while [ ! -s "$list" ]; do sleep 0.2; done

# nginx 1.27.4 and later can keep a connection open across a reload for long enough that no request on its way meets a closed door.
probe=$(mktemp -d)
printf 'pid %s/pid;\nerror_log stderr emerg;\nevents {}\nhttp { keepalive_min_timeout 1s; }\n' "$probe" >"$probe/conf"
if nginx -t -q -c "$probe/conf" 2>/dev/null; then echo 'keepalive_min_timeout 2s;' >"$EDGE_UPSTREAM_DIR/keep-alive.conf"; else rm -f "$EDGE_UPSTREAM_DIR/keep-alive.conf"; fi
rm -rf "$probe"

seen=$(cksum <"$list")
nginx=$$
(
  while kill -0 "$nginx" 2>/dev/null; do
    sleep 0.2
    now=$(cksum <"$list" 2>/dev/null) || continue
    [ "$now" != "$seen" ] || continue
    # A list that nginx would not take leaves the old one in force.
    if "$@" -t -q; then
      kill -HUP "$nginx" && seen=$now
    else
      sleep 2
    fi
  done
) &
if [ -x /docker-entrypoint.sh ]; then exec /docker-entrypoint.sh "$@"; fi
exec "$@"
