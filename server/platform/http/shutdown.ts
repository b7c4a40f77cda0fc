/**
 * Leaves without dropping anybody.
 *
 * Prevents: requests that fail in every deploy, since a process closed its door before the balancer looked away.
 * Guarantees: on SIGTERM readiness fails at once and the process goes on answering for `delayMs`; then it takes no new
 * connection, ends its streams with a hint to come back, and answers what it has begun; then it lets go of queues and
 * databases, and exits 0. After `timeoutMs` more, or at a second signal, it exits 1 as it stands.
 *
 * @pattern graceful-shutdown
 */
import { channel } from 'node:diagnostics_channel'
import { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lifecycle } from '../lifecycle.ts'

interface ShutdownSettings {
  lifecycle: Lifecycle
  /** How long it goes on answering after readiness has failed. */
  delayMs: number
  /** What requests and connections then have to end. */
  timeoutMs: number
  /** Lets go of all that the process holds besides its door. */
  close(): Promise<unknown>
  warn(message: string): void
}

/** Of the time to end, what is kept for letting go of queues and databases. */
const shareForClosing = 0.25

/**
 * Fails readiness, answers for `delayMs` more, and closes; resolves when every answer is over. What is still open `drainMs`
 * after the door has closed is cut.
 */
export async function leave({ servers, lifecycle, delayMs, drainMs }: { servers: ReadonlySet<Server>, lifecycle: Lifecycle, delayMs: number, drainMs: number }): Promise<{ cut: boolean }> {
  lifecycle.leave()
  await pause(delayMs)
  lifecycle.endOpen()
  const closed = Promise.all([...servers].map(server => new Promise(resolve => server.close(resolve))))
  // A connection that was busy when the door closed is idle a moment later, and would be kept for the next request.
  const idle = setInterval(() => servers.forEach(server => server.closeIdleConnections()), 50)
  let cut = false
  const cutting = setTimeout(() => {
    cut = true
    servers.forEach(server => server.closeAllConnections())
  }, drainMs)
  await closed
  clearInterval(idle)
  clearTimeout(cutting)
  return { cut }
}

/** Ends the process on SIGTERM and SIGINT. Call it before the process listens, and with `NITRO_SHUTDOWN_DISABLED` set: Nitro would close its door at once. */
export function shutDownOnSignal({ lifecycle, delayMs, timeoutMs, close, warn }: ShutdownSettings): void {
  const servers = new Set<Server>()
  // Nitro keeps its server to itself; Node tells of each that begins to listen.
  channel('tracing:net.server.listen:asyncStart').subscribe((message) => {
    const { server } = message as { server?: unknown }
    if (server instanceof Server) servers.add(server)
  })

  async function end() {
    setTimeout(() => {
      warn('the process was given up: it did not end in time')
      process.exit(1)
    }, delayMs + timeoutMs)
    const { cut } = await leave({ servers, lifecycle, delayMs, drainMs: timeoutMs * (1 - shareForClosing) })
    if (cut) warn('requests were cut: they did not end in time')
    await close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (lifecycle.phase() === 'leaving') process.exit(1)
      end().catch((error: unknown) => {
        warn(`the process did not end cleanly: ${error instanceof Error ? error.message : String(error)}`)
        process.exit(1)
      })
    })
  }
}
