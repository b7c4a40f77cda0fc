import { createHash } from 'node:crypto'
import { createApp, defineEventHandler, toNodeListener } from 'h3'
import { describe, expect, it } from 'vitest'
import shed from '../../server/middleware/25.shed.ts'
import type { Priority } from '../../server/platform/resilience/priorities.ts'
import { startLocalServer } from '../harness/local-server.ts'

/** The gateway with a shedder that refuses these, in front of something that answers. */
async function shopThatRefuses(refused: readonly Priority[]) {
  const counted: unknown[] = []
  const open: Priority[] = []
  const app = createApp()
  app.use(defineEventHandler((event) => {
    const shedder = {
      admit: (priority: Priority) => refused.includes(priority) ? null : (open.push(priority), () => void open.splice(open.indexOf(priority), 1)),
    }
    Object.assign(event.context, { platform: { shedder, countShed: (labels: unknown) => void counted.push(labels) }, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` })
  }))
  app.use(shed)
  app.use(defineEventHandler(() => `working at ${open.join()}`))
  const { url } = await startLocalServer(toNodeListener(app))
  return { ask: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init), counted, open }
}

describe('what is refused for load', () => {
  it('of the API is a problem with a time to come back, another one each time', async () => {
    const { ask, counted } = await shopThatRefuses(['searching'])
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('/api/products?q=mug')))
    const seconds = answers.map(answer => Number(answer.headers.get('retry-after')))
    expect(seconds.every(wait => Number.isInteger(wait) && wait >= 2 && wait <= 8)).toBe(true)
    expect(new Set(seconds).size).toBeGreaterThan(2)
    const [answer] = answers
    expect([answer!.status, answer!.headers.get('content-type'), answer!.headers.get('cache-control')]).toEqual([503, 'application/problem+json', 'no-store'])
    expect(await answer!.json()).toEqual({ type: '/problems/platform/overloaded', title: 'The shop is busy', status: 503, detail: expect.any(String), code: 'platform/overloaded', traceId: 'a'.repeat(32) })
    expect(counted).toEqual(Array(40).fill({ priority: 'searching' }))
  })

  it('of the pages is a page that loads nothing, whose policy allows its own style alone', async () => {
    const { ask } = await shopThatRefuses(['searching'])
    const answer = await ask('/search?q=<script>')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    const html = await answer.text()
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!
    expect(answer.headers.get('content-security-policy')).toBe(`default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`)
    expect(html).not.toMatch(/<script|\bsrc=|style=|@import|url\(/)
    expect(html).toMatch(/<h1>[^<]+<\/h1>/)
    expect((await ask('/search', { method: 'HEAD' })).status).toBe(503)
  })

  it('is not what is more important, and a place is given back when the answer is over', async () => {
    const { ask, counted, open } = await shopThatRefuses(['suggesting', 'searching', 'browsing'])
    expect(await (await ask('/cart')).text()).toBe('working at buying')
    expect(await (await ask('/api/health/live')).text()).toBe('working at ')
    await expect.poll(() => open).toEqual([])
    expect(counted).toEqual([])
  })
})
