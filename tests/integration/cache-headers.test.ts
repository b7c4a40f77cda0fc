import CachePolicy from 'http-cache-semantics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Freshness, freshness } from '../../server/platform/cache/freshness.ts'
import { runningShop } from '../harness/running-shop.ts'
import type { TestShopper } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)
let shopper: TestShopper
beforeAll(async () => {
  shopper = shop.shopper()
  await shopper.request('POST', '/api/auth/register', { email: `kept-${crypto.randomUUID()}@example.com`, password: 'a long password', name: 'Kay' })
})

async function fetched(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(shop.url + path, { method, redirect: 'manual', headers: { accept: path.startsWith('/api') ? 'application/json' : 'text/html', ...headers } })
  const request = { url: path, method, headers }
  const answer = { status: response.status, headers: Object.fromEntries(response.headers) }
  return { response, text: await response.text(), edge: new CachePolicy(request, answer, { shared: true }), browser: new CachePolicy(request, answer, { shared: false }), request }
}

const rows: Freshness[] = Object.values(freshness)
const examples: Record<string, string> = { '/api/products/suggest': '/api/products/suggest?q=mug', '/search': '/search?q=mug', '/sitemaps/:file': '/sitemaps/products.xml' }
const exampleOf = ({ route }: Freshness) => (examples[route] ?? route).replace(':slug', route.startsWith('/categories') ? 'mugs' : 'quiet-hours-mug')

describe.each(rows.map(row => [exampleOf(row), row] as const))('%s, by an implementation of RFC 9111', (path, row) => {
  test('is kept by an edge as long as its row says, less its age, and by a browser not without asking', async () => {
    const { response, edge, browser } = await fetched(path)
    expect(response.status).toBe(200)
    expect(edge.storable()).toBe(true)
    const ageS = Number(response.headers.get('age'))
    expect(ageS).toBeGreaterThanOrEqual(0)
    expect(edge.timeToLive() / 1_000).toBeGreaterThan(row.edgeS - ageS - 1)
    // Past what it is fresh for, it may be shown a while longer, and longest when the origin fails.
    expect(edge.maxAge()).toBe(row.edgeS)
    expect(edge.timeToLive() / 1_000).toBeLessThanOrEqual(Math.max(0, row.edgeS - ageS) + Math.max(row.edgeStaleS, row.edgeErrorS))
    expect(browser.maxAge()).toBe(row.browserS)
    expect(response.headers.get('cache-control')).toContain(`stale-while-revalidate=${row.edgeStaleS}`)
    expect(response.headers.get('cache-control')).toContain(`stale-if-error=${row.edgeErrorS}`)
  })

  test('is the same answer to everybody: for a shopper, with a tracking parameter, and by HEAD', async () => {
    const plain = await fetched(path)
    const known = await fetched(path, { cookie: shopper.cookie })
    const tracked = await fetched(`${path}${path.includes('?') ? '&' : '?'}utm_source=mail`)
    const head = await fetched(path, {}, 'HEAD')
    for (const one of [plain, known, tracked, head]) {
      expect(one.response.status).toBe(200)
      expect(one.response.headers.getSetCookie()).toEqual([])
      // Two services may recommend two things.
      if (row.clearedBy.length > 0) expect(one.response.headers.get('etag')).toBe(plain.response.headers.get('etag'))
      expect(one.response.headers.get('vary')).toBeNull()
    }
    expect(head.text).toBe('')
    // Old or not: whose cookie comes along makes no difference.
    const serves = (headers: Record<string, string>) => plain.edge.satisfiesWithoutRevalidation({ url: path, method: 'GET', headers })
    expect(serves({ cookie: 'shopper=of-another' })).toBe(serves({}))
  })

  test('when somebody has it already, then 304 says so, and nothing is sent', async () => {
    const first = await fetched(path)
    const again = await fetched(path, first.browser.revalidationHeaders(first.request) as Record<string, string>)
    if (again.response.headers.get('etag') !== first.response.headers.get('etag')) return expect(row.clearedBy).toEqual([])
    expect([again.response.status, again.text]).toEqual([304, ''])
    const revalidated = first.browser.revalidatedPolicy(first.request, { status: 304, headers: Object.fromEntries(again.response.headers) })
    expect([revalidated.modified, revalidated.matches]).toEqual([false, true])
    expect((await fetched(path, { 'if-none-match': '"another"' })).response.status).toBe(200)
    expect((await fetched(path, { 'if-none-match': `"x", W/${first.response.headers.get('etag')}` })).response.status).toBe(304)
  })
})

describe('what is about one shopper, or is no answer', () => {
  test.each([
    '/cart', '/account', '/account/orders', '/checkout', '/login', '/register', '/forgot', '/reset', '/admin', '/orders/00000000-0000-4000-8000-000000000000', '/products/quiet-hours-mug?problem=orders/out-of-stock',
    '/products/not-a-thing', '/nowhere', '/search?q=a&q=b',
    '/api/cart', '/api/auth/session', '/api/auth/sessions', '/api/orders', '/api/orders/00000000-0000-4000-8000-000000000000', '/api/checkout/00000000-0000-4000-8000-000000000000',
    '/api/products/not-a-thing', '/api/products?limit=0', '/api/health', '/api/health/live', '/api/health/ready', '/api/admin/returns', '/api/nowhere', '/metrics',
  ])('%s is kept by no edge and no browser', async (path) => {
    for (const headers of [{}, { cookie: shopper.cookie }] as Record<string, string>[]) {
      const { response, edge, browser } = await fetched(path, headers)
      expect(response.status).toBeLessThan(500)
      expect(response.headers.get('cache-control')).toMatch(/no-store/)
      expect([edge.storable(), browser.storable()]).toEqual([false, false])
    }
  })
})

test('what a build or a drawing names by its content is kept for a year', async () => {
  const { text } = await fetched('/')
  for (const path of [/\/_nuxt\/[\w.-]+\.js/, /\/_nuxt\/[\w.-]+\.css/].map(pattern => pattern.exec(text)![0])) {
    const { edge, browser } = await fetched(path)
    expect(edge.maxAge(), path).toBe(31_536_000)
    expect(browser.maxAge(), path).toBe(31_536_000)
  }
  expect((await fetched('/favicon.svg')).browser.maxAge()).toBe(86_400)
})

test('every answer says which layer, which database with its lag, what Redis took, and which instance', async () => {
  const parts = async (path: string, cookie = '') => Object.fromEntries((await fetched(path, { cookie })).response.headers.get('server-timing')!.split(', ').map(part => [part.split(';')[0]!, part]))
  const fresh = await parts(`/api/products?minPrice=${Math.floor(Math.random() * 1e6)}`)
  expect(fresh.cache).toBe('cache;desc="miss"')
  expect(fresh.db).toMatch(/^db;dur=[\d.]+;desc="(?:replica \d+ ms behind|primary)"$/)
  expect(fresh.redis).toMatch(/^redis;dur=[\d.]+$/)
  expect(fresh.instance).toMatch(/^instance;desc="[\w-]+"$/)
  expect(fresh.total).toMatch(/^total;dur=[\d.]+$/)
  expect((await parts('/api/auth/session', shopper.cookie)).db).toMatch(/desc="primary"$/)
})
