import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface LocalServer {
  url: string
  /** Every request that came, in order. */
  requests: { method: string, url: string, headers: IncomingMessage['headers'] }[]
  /** What it answers from now on. */
  answerWith(listener: RequestListener): void
  /** Resolves when `count` requests in all have been left by their client before an answer. */
  untilLeft(count: number): Promise<void>
  /** Resolves when `count` requests in all have come. */
  untilAsked(count: number): Promise<void>
}

/** A foreign service on a free port for one test; it ends with the test. */
export async function startLocalServer(listener: RequestListener): Promise<LocalServer> {
  let answer = listener
  let left = 0
  const requests: LocalServer['requests'] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
    response.once('close', () => {
      if (!response.writableFinished) left += 1
      waiting.forEach(look => look())
    })
    waiting.forEach(look => look())
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const until = (holds: () => boolean) => new Promise<void>((resolve) => {
    const look = () => {
      if (!holds()) return
      waiting.delete(look)
      resolve()
    }
    waiting.add(look)
    look()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: next => void (answer = next),
    untilLeft: count => until(() => left >= count),
    untilAsked: count => until(() => requests.length >= count),
  }
}

/** An address where nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
