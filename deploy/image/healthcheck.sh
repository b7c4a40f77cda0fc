# Asks this container's own process whether it is ready; the exit code tells. It is asked every other second, for which
# starting Node would cost more than the shop itself does at rest; bash can open a connection.
url=${HEALTH_URL:-http://127.0.0.1:${PORT:-3000}/api/health/ready}
rest=${url#http://}
authority=${rest%%/*}
exec 3<>"/dev/tcp/${authority%:*}/${authority#*:}" || exit 1
printf 'GET /%s HTTP/1.0\r\nHost: %s\r\n\r\n' "${rest#*/}" "$authority" >&3
read -r _ status _ <&3
[ "$status" = 200 ]
