import { EventEmitter } from 'node:events'
import type { H3Event } from 'h3'
import { describe, expect, it } from 'vitest'
import { countAnswer, routeLabel } from '../../server/platform/http/count-answer.ts'
import { createMetrics } from '../../server/platform/telemetry/metrics.ts'

const metrics = () => createMetrics({ version: '1.2.3', role: 'web', instance: 'web-1' })
const linesOf = async (from: ReturnType<typeof metrics>, name: string) => (await from.text()).split('\n').filter(line => line.startsWith(name))
const matched = (path: string, pattern?: string, pagePattern?: string) => ({ path, context: { ...(pattern && { matchedRoute: { path: pattern } }), pagePattern } }) as unknown as Pick<H3Event, 'path' | 'context'>

describe('the metrics', () => {
  it('tell what runs and what it costs, in Prometheus\' text format', async () => {
    const all = metrics()
    const text = await all.text()
    expect(all.contentType).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toContain('build_info{version="1.2.3",role="web",instance="web-1"} 1')
    for (const name of ['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_p99_seconds']) expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
    for (const line of text.split('\n').filter(Boolean)) expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z_]\w* .+|[a-z_]\w*(?:\{(?:[a-z_]\w*="(?:[^"\\\n]|\\.)*",?)+\})? (?:[-+\d.e]+|Nan))$/)
  })

  it('count and time answers by pattern, method and class of status', async () => {
    const all = metrics()
    all.countRequest({ method: 'GET', route: '/api/orders/:id', status: 200, durationMs: 12 })
    all.countRequest({ method: 'GET', route: '/api/orders/:id', status: 204, durationMs: 800 })
    all.countRequest({ method: 'BREW', route: '/api/orders/:id', status: 405, durationMs: null })
    expect(await linesOf(all, 'http_requests_total')).toEqual([
      'http_requests_total{route="/api/orders/:id",method="GET",status="2xx"} 2',
      'http_requests_total{route="/api/orders/:id",method="other",status="4xx"} 1',
    ])
    expect(await linesOf(all, 'http_request_duration_seconds_bucket{le="0.025"')).toEqual([expect.stringMatching(/ 1$/)])
    expect(await linesOf(all, 'http_request_duration_seconds_count')).toEqual([expect.stringMatching(/method="GET".* 2$/)])
  })

  it('when one gauge cannot be read, then the others are told, and what was is not repeated', async () => {
    const all = metrics()
    let broken = false
    const read = () => {
      if (broken) throw new Error('the database is away')
      return [{ value: 7 }]
    }
    all.gauge('letters', 'Letters.', [], read)
    all.gauge('jobs', 'Jobs.', ['queue'], async () => read().map(({ value }) => ({ labels: { queue: 'mail' }, value })))
    all.gauge('sound', 'Sound.', ['of'], () => [{ labels: { of: 'rain' }, value: 1 }])
    expect([await linesOf(all, 'letters'), await linesOf(all, 'jobs')]).toEqual([['letters 7'], ['jobs{queue="mail"} 7']])
    broken = true
    expect([await linesOf(all, 'letters'), await linesOf(all, 'jobs'), await linesOf(all, 'sound')]).toEqual([[], [], ['sound{of="rain"} 1']])
    expect(await linesOf(all, 'metrics_unread_total')).toEqual(['metrics_unread_total{metric="letters"} 2', 'metrics_unread_total{metric="jobs"} 2'].map(line => expect.stringContaining(line.split(' ')[0]!)))
  })
})

describe('a route\'s label', () => {
  it.each([
    ['/api/orders/7f', '/api/orders/:id', undefined, '/api/orders/:id'],
    ['/products/blue-shirt?utm=1', '/**', '/products/:slug', '/products/:slug'],
    ['/no-such-page', '/**', undefined, 'page'],
    ['/_nuxt/entry.1234.js', undefined, undefined, '/_nuxt/**'],
    ['/wp-login.php', undefined, undefined, 'none'],
    ['//', undefined, undefined, 'none'],
  ])('of %s is its pattern', (path, pattern, page, label) => {
    expect(routeLabel(matched(path, pattern, page))).toBe(label)
  })

  it('never grows with what strangers ask for', async () => {
    const all = metrics()
    for (let index = 0; index < 500; index++) {
      const res = Object.assign(new EventEmitter(), { headersSent: true, statusCode: 404, getHeader: () => undefined })
      countAnswer({ ...matched(`/scan-${index}`), method: `M${index}`, node: { res } } as unknown as H3Event, all)
      res.emit('close')
    }
    expect(await linesOf(all, 'http_requests_total')).toEqual(['http_requests_total{route="none",method="other",status="4xx"} 500'])
  })

  it('of a visitor who left before the answer is counted as 4xx, and a stream has no duration', async () => {
    const counted: unknown[] = []
    const all = { countRequest: (request: unknown) => void counted.push(request) }
    for (const [headersSent, type] of [[false, undefined], [true, 'text/event-stream']] as const) {
      const res = Object.assign(new EventEmitter(), { headersSent, statusCode: 200, getHeader: () => type })
      countAnswer({ ...matched('/x', '/x'), method: 'GET', node: { res } } as unknown as H3Event, all)
      res.emit('close')
    }
    expect(counted).toEqual([{ method: 'GET', route: '/x', status: 499, durationMs: expect.any(Number) }, { method: 'GET', route: '/x', status: 200, durationMs: null }])
  })
})
