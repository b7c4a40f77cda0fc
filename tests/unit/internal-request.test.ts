import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, createEvent, defineEventHandler, toNodeListener, toWebHandler } from 'h3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isInternal } from '../../server/platform/http/internal-request.ts'

const app = createApp().use(defineEventHandler((event) => {
  // As Nitro's cached handlers wrap a request before they pass it on.
  const wrapped = createEvent(new Proxy(event.node.req, {}), new Proxy(event.node.res, {}))
  return { internal: isInternal(event), throughCache: isInternal(wrapped) }
}))
const forged = {
  'x-nitro-internal': '1', 'x-internal': 'true', '__unenv__': '{}', 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', 'forwarded': 'for=127.0.0.1', 'host': 'localhost', 'via': 'nitro', 'user-agent': 'node',
}

describe('a request of our own', () => {
  it('is known by how it came, through a cached handler as well', async () => {
    // The same kind of request as Nitro's local fetch makes: one that no server received.
    const answer = await toWebHandler(app)(new Request('http://localhost/api/products'))
    expect(await answer.json()).toEqual({ internal: true, throughCache: true })
  })

  it('is nothing that came through a socket, whatever it says of itself', async () => {
    const server = createServer(toNodeListener(app))
    onTestFinished(() => void server.close())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    for (const method of ['GET', 'POST']) {
      expect(await (await fetch(url, { method, headers: forged })).json()).toEqual({ internal: false, throughCache: false })
    }
  })

  it('is nothing of a kind that nobody knows', () => {
    expect(isInternal({ node: { req: {}, res: {} } } as unknown as Parameters<typeof isInternal>[0])).toBe(false)
  })
})
