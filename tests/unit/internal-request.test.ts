import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, createEvent, defineEventHandler, toNodeListener, toWebHandler } from 'h3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isInternal } from '../../server/platform/http/internal-request.ts'
import { memoryLimiter } from '../../server/platform/rate-limit/memory-limiter.ts'
import { policyOf } from '../../server/platform/rate-limit/policies.ts'

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

  it('takes from no limit, while a stranger\'s of the same kind does', async () => {
    const limiter = memoryLimiter()
    const limited = createApp().use(defineEventHandler(async (event) => {
      const policy = policyOf(event, { trustedProxies: [], adminThroughProxy: false, metrics: true })
      return { allowed: policy === null || (await limiter.take('unknown', { ...policy, quota: 3 })).allowed }
    }))
    const ours = await Promise.all(Array.from({ length: 1_300 }, async () => await (await toWebHandler(limited)(new Request('http://localhost/api/products/mug'))).json() as { allowed: boolean }))
    expect(ours.every(answer => answer.allowed)).toBe(true)
    const server = createServer(toNodeListener(limited))
    onTestFinished(() => void server.close())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/products/mug`
    const strangers = await Promise.all(Array.from({ length: 6 }, async () => await (await fetch(url, { headers: forged })).json() as { allowed: boolean }))
    expect(strangers.filter(answer => answer.allowed)).toHaveLength(3)
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
