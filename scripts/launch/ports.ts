import { connect, createServer } from 'node:net'

/**
 * The wanted port when nobody holds it, else another one, which is told in one line.
 * @returns a port on 127.0.0.1 that was free a moment ago
 */
export async function choosePort(wanted: number, say: (line: string) => void): Promise<number> {
  if (await isFree(wanted)) return wanted
  for (let port = wanted + 1; port <= Math.min(wanted + 20, 65_535); port++) {
    if (await isFree(port)) {
      say(`Port ${wanted} is taken, using ${port} instead.`)
      return port
    }
  }
  const port = await freePort()
  say(`Port ${wanted} is taken, using ${port} instead.`)
  return port
}

/** Any free port on 127.0.0.1. */
export async function freePort(): Promise<number> {
  return await bind(0) ?? Promise.reject(new Error('No port on 127.0.0.1 can be opened.'))
}

/** Nobody answers on the port, on either loopback address, and it can be opened. A browser tries ::1 first for `localhost`. */
export async function isFree(port: number): Promise<boolean> {
  const answered = await Promise.all([answers('127.0.0.1', port), answers('::1', port)])
  return !answered.includes(true) && await bind(port) !== null
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const finish = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => finish(true)).once('error', () => finish(false)).once('timeout', () => finish(true))
  })
}

function bind(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })
}
