// Asks this container's own process whether it is ready; the exit code tells.
const { PORT = '3000', HEALTH_URL = `http://127.0.0.1:${PORT}/api/health/ready` } = process.env

try {
  const { ok } = await fetch(HEALTH_URL, { signal: AbortSignal.timeout(6_000) })
  process.exitCode = ok ? 0 : 1
}
catch {
  process.exitCode = 1
}
