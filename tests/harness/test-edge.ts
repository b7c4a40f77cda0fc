import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import CachePolicy from 'http-cache-semantics'

const asRequest = ({ method = 'GET', url = '/', headers }: IncomingMessage) => ({ method, url, headers: headers as Record<string, string> })

/** A CDN as small as can be: what it may keep, and for how long, is decided by an implementation of RFC 9111; purged by tag. */
export async function startTestEdge(origin: () => string) {
  const kept = new Map<string, { policy: CachePolicy, body: Buffer, tags: string[] }>()
  const purges: (string[] | null)[] = []
  const server = createServer(async (request, response) => {
    const url = request.url ?? '/'
    if (request.method === 'POST' && url === '/purge') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { tags } = JSON.parse(Buffer.concat(chunks).toString()) as { tags: string[] | null }
      purges.push(tags)
      for (const [key, entry] of kept) if (tags === null || entry.tags.some(tag => tags.includes(tag))) kept.delete(key)
      response.end('{}')
      return
    }
    const entry = kept.get(url)
    if (entry?.policy.satisfiesWithoutRevalidation(asRequest(request))) {
      response.writeHead(200, { ...entry.policy.responseHeaders(), 'x-cache': 'HIT' }).end(entry.body)
      return
    }
    const answer = await fetch(origin() + url, { method: request.method, headers: request.headers as Record<string, string>, redirect: 'manual' })
    const body = Buffer.from(await answer.arrayBuffer())
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !['connection', 'transfer-encoding', 'content-encoding', 'content-length'].includes(name)))
    const policy = new CachePolicy(asRequest(request), { status: answer.status, headers }, { shared: true })
    if (request.method === 'GET' && policy.storable() && policy.timeToLive() > 0) kept.set(url, { policy, body, tags: (headers['cache-tag'] ?? '').split(',') })
    response.writeHead(answer.status, { ...headers, 'x-cache': 'MISS' }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    purges,
    kept: () => [...kept.keys()],
    stop: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
