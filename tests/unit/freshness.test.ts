import { describe, expect, it } from 'vitest'
import { rememberedMs } from '../../server/platform/cache/change-feed.ts'
import { cacheControl, freshness, keptForS, publicPageOf, tagsOf } from '../../server/platform/cache/freshness.ts'

const rows = Object.values(freshness)

describe('the table of freshness', () => {
  it('names each row and each route once', () => {
    expect(new Set(rows.map(row => row.name)).size).toBe(rows.length)
    expect(new Set(rows.map(row => row.route)).size).toBe(rows.length)
  })

  it('keeps no entry that a change clears for longer than changes are remembered, with a transaction of five minutes before them', () => {
    for (const row of rows.filter(one => one.clearedBy.length)) expect((row.processS + keptForS(row) + 300) * 1_000, row.name).toBeLessThanOrEqual(rememberedMs)
  })

  it('lets the near layers keep an answer for shorter than those behind them', () => {
    for (const row of rows.filter(one => one.sharedS > 0)) expect(row.processS, row.name).toBeLessThanOrEqual(row.sharedS)
  })

  it('says in the header what the row says', () => {
    expect(cacheControl(freshness.product)).toBe('public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=600')
  })

  it('clears a product by its own name', () => {
    expect(tagsOf(freshness.product, { slug: 'blue-mug' })).toEqual(['product:blue-mug'])
    expect(tagsOf(freshness.listing, { q: 'x' })).toEqual(['catalogue'])
  })
})

describe('the page that an address stands for', () => {
  it.each([
    ['/', '/'],
    ['/?utm_source=mail', '/'],
    ['/products/blue-mug?fbclid=1', '/products/blue-mug'],
    ['/search?sort=newest&q=mug&utm_medium=x', '/search?q=mug&sort=newest'],
    ['/search?q=', '/search'],
    ['/categories/mugs?pages=2&colour=Salt', '/categories/mugs?colour=Salt&pages=2'],
    ['/search?q=a%26sort%3Dnewest', '/search?q=a%26sort%3Dnewest'],
  ])('%s is rendered as %s', (given, address) => {
    expect(publicPageOf(given)?.address).toBe(address)
  })

  it.each([
    '/cart', '/account', '/login', '/checkout', '/orders/1', '/admin', '/nowhere', '/products', '/products/', '/products/Blue', '/products/a/b', '//products/a', '/products/%2e%2e',
    '/products/a?problem=orders/out-of-stock', '/search?q=a&q=b', `/search?q=${'x'.repeat(121)}`, '/products/a%0a', '/PRODUCTS/a', '/products/a/',
  ])('%s is not kept for others', (given) => {
    expect(publicPageOf(given)).toBeNull()
  })
})
