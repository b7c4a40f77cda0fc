import type { Server } from 'node:http'

/** Closes the door when told to stop, as a server does by default. */
export async function closeAtOnce({ servers }: { servers: ReadonlySet<Server> }): Promise<void> {
  await Promise.all([...servers].map(server => new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 5)
    server.close(() => {
      clearInterval(idle)
      resolve(null)
    })
  })))
}
