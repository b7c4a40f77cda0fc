import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CountingProxy {
  url: string
  /** What came through, in order. */
  requests: { method: string, path: string, key: string | undefined }[]
  /** From now on nobody listens: connections are refused. */
  close(): Promise<void>
  /** Listens again, at the same address. */
  open(): Promise<void>
}

/** Stands between the shop and a service, counts, and can be gone. */
export async function startCountingProxy(targetUrl: string): Promise<CountingProxy> {
  const requests: CountingProxy['requests'] = []
  let port = 0
  let server: Server | null = null

  async function open() {
    server = createServer((incoming, outgoing) => {
      requests.push({ method: incoming.method ?? '', path: incoming.url ?? '', key: incoming.headers['idempotency-key'] as string | undefined })
      const forwarded = request(new URL(incoming.url ?? '/', targetUrl), { method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      forwarded.on('error', () => outgoing.destroy())
      outgoing.on('close', () => forwarded.destroy())
      incoming.pipe(forwarded)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  await open()
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    open,
    async close() {
      if (!server?.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
