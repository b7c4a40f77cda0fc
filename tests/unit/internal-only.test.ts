import type { H3Event } from 'h3'
import { describe, expect, it } from 'vitest'
import { isHidden } from '../../server/platform/http/internal-only.ts'

const config = { trustedProxies: ['172.16.0.0/12'], adminThroughProxy: false, metrics: true }
const request = (path: string, remoteAddress: string, headers: Record<string, string> = {}) => {
  const socket = { remoteAddress }
  return { path, node: { req: { headers, socket } } } as unknown as Pick<H3Event, 'node' | 'path'>
}

describe('the metrics', () => {
  it.each([
    ['a scraper in the network that the balancer is trusted by', '172.20.0.9', {}, false],
    ['the balancer, for somebody', '172.20.0.3', { 'x-forwarded-for': '203.0.113.7' }, true],
    ['a neighbour elsewhere', '10.0.0.4', {}, false],
    ['a balancer that nobody named', '10.0.0.5', { via: '1.1 edge' }, true],
    ['a stranger', '203.0.113.7', {}, true],
    ['a stranger who says that they are a neighbour', '203.0.113.7', { 'x-forwarded-for': '127.0.0.1' }, true],
  ])('are asked for by %s', (_, address, headers, hidden) => expect(isHidden(request('/metrics', address, headers as Record<string, string>), config)).toBe(hidden))

  it('are nobody\'s when they are switched off', () => expect(isHidden(request('/metrics', '127.0.0.1'), { ...config, metrics: false })).toBe(true))
})

describe('the admin\'s part', () => {
  it('is not there for whoever comes from the network that the balancer is trusted by, marked or not', () => {
    for (const headers of [{}, { 'x-forwarded-for': '203.0.113.7' }]) expect(isHidden(request('/admin', '172.20.0.3', headers as Record<string, string>), config)).toBe(true)
    expect(isHidden(request('/admin', '127.0.0.1'), config)).toBe(false)
  })
})
