import { describe, expect, it } from 'vitest'
import { policyItem } from '../../server/platform/rate-limit/enforce.ts'
import { burstOf, type RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'
import { limits, policyFor } from '../../server/platform/rate-limit/policies.ts'

describe('the limits', () => {
  it.each([
    ['POST', '/api/auth/login', 'login'],
    ['POST', '/api/auth/register', 'login'],
    ['POST', '/auth/login', 'login'],
    ['POST', '/auth/register', 'login'],
    ['POST', '/api/auth/password', 'login'],
    ['POST', '/auth/password', 'login'],
    ['POST', '/api/auth/reset', 'login'],
    ['POST', '/api/auth/reset/confirm', 'login'],
    ['POST', '/auth/forgot', 'login'],
    ['POST', '/auth/reset', 'login'],
    ['PUT', '/api/auth/login/', 'login'],
    ['POST', '/api/account/deletion', 'login'],
    ['POST', '/account/deletion', 'login'],
    ['POST', '/api/account/addresses', 'cart'],
    ['POST', '/account/addresses/save', 'cart'],
    ['GET', '/api/account/data', 'reads'],
    ['GET', '/account/addresses', 'pages'],
    ['POST', '/orders/8e03/reorder', 'checkout'],
    ['GET', '/orders/8e03', 'pages'],
    ['POST', '/api/checkout', 'checkout'],
    ['DELETE', '/api/checkout/8e03', 'checkout'],
    ['POST', '/api/orders', 'checkout'],
    ['POST', '/api/orders/8e03/cancel', 'checkout'],
    ['POST', '/api/orders/8e03/returns', 'checkout'],
    ['POST', '/api/payments/methods', 'checkout'],
    ['GET', '/api/products/suggest?q=mug', 'search'],
    ['GET', '/api/products?q=mug', 'search'],
    ['GET', '/api/products?limit=2&%71=mug', 'search'],
    ['GET', '/api/products/?=q=mug', 'search'],
    ['GET', '/search?q=mug', 'search'],
    ['POST', '/search', 'search'],
    ['GET', '/SEARCH/', 'search'],
    ['POST', '/api/cart/items', 'cart'],
    ['PATCH', '/api/cart/items/8e03', 'cart'],
    ['DELETE', '/api/cart/items/8e03', 'cart'],
    ['POST', '/cart/add', 'cart'],
    ['POST', '/api/cart/promo', 'promo'],
    ['POST', '/cart/promo', 'promo'],
    ['DELETE', '/api/cart/promo', 'cart'],
    ['POST', '/wishlist/add', 'cart'],
    ['DELETE', '/api/wishlist/items/8e03', 'cart'],
    ['POST', '/api/products/a-mug/reviews', 'cart'],
    ['POST', '/api/reviews/8e03/helpful', 'cart'],
    ['POST', '/reviews/write', 'cart'],
    ['GET', '/api/products/a-mug/reviews', 'reads'],
    ['POST', '/cart/update', 'cart'],
    ['GET', '/api/cart', 'reads'],
    ['GET', '/api/products', 'reads'],
    ['GET', '/api/products?category=mugs', 'reads'],
    ['GET', '/api/products/suggestions-mug', 'reads'],
    ['GET', '/api/products/suggest/recommendations', 'reads'],
    ['GET', '/api/orders', 'reads'],
    ['GET', '/api/auth/session', 'reads'],
    ['POST', '/api/auth/logout', 'reads'],
    ['POST', '/auth/logout', 'reads'],
    ['GET', '/api/auth/login', 'reads'],
    ['GET', '/api/nothing', 'reads'],
    ['GET', '/', 'pages'],
    ['GET', '/cart', 'pages'],
    ['GET', '/products/tidewater-mug', 'pages'],
    ['PUT', '/', 'pages'],
    ['GET', '/nothing', 'pages'],
    ['GET', '/METRICS', 'pages'],
    ['GET', '/_NUXT/x.js', 'pages'],
    ['GET', '/pictures/abc/400.avif/x', 'pages'],
    ['GET', 'http://elsewhere/', 'pages'],
    ['GET', '/admin', 'admin'],
    ['GET', '//admin', 'admin'],
    ['GET', '/./Admin/returns', 'admin'],
    ['GET', '/api/admin/invariants', 'admin'],
    ['POST', '/api/admin/orders/8e03/refunds', 'admin'],
  ])('put %s %s under %s', (method, path, name) => expect(policyFor(method, path)?.name).toBe(name))

  it.each([
    ['GET', '/pictures/abc/400.avif'],
    ['GET', '/api/health'],
    ['GET', '/api/health/live'],
    ['GET', '/api/health/ready/'],
    ['GET', '/metrics'],
    ['POST', '/api/payments/webhook'],
    ['POST', '/api/fulfilment/webhook'],
  ])('leave %s %s alone', (method, path) => expect(policyFor(method, path)).toBeNull())

  const all: readonly RateLimitPolicy[] = Object.values(limits)
  const perMinute = (name: keyof typeof limits) => limits[name].quota * 60_000 / limits[name].windowMs

  it('are tighter where passwords can be guessed or stock be held than where one only reads', () => {
    expect(perMinute('login')).toBeLessThanOrEqual(20)
    expect(perMinute('login')).toBeLessThan(perMinute('checkout'))
    expect(perMinute('checkout')).toBeLessThan(perMinute('cart'))
    expect(perMinute('cart')).toBeLessThan(perMinute('reads'))
  })

  it('have a name each, since the name is part of the key', () => {
    expect(new Set(all.map(policy => policy.name)).size).toBe(all.length)
    for (const [key, policy] of Object.entries(limits)) expect(policy.name).toBe(key)
  })

  it('lease no more than comes back in a second, half the time for which a lease holds, so that what is forfeited costs nobody their rate', () => {
    for (const { lease = 1, quota, windowMs } of all) expect(lease).toBeLessThanOrEqual(Math.max(1, quota * 1_000 / windowMs))
  })

  it('lease nothing where abuse would pay, and let nobody have more there when each instance is alone', () => {
    for (const name of ['login', 'account', 'checkout'] as const) expect(limits[name]).toMatchObject({ alone: 'share' })
    for (const policy of all) expect(policy.alone === 'share' && policy.lease !== undefined).toBe(false)
  })

  it('tell in whole seconds how much may come at once and when that is back', () => {
    expect(policyItem(limits.login)).toBe('"login";q=20;w=60')
    expect(policyItem(limits.checkout)).toBe('"checkout";q=30;w=30')
    expect(policyItem(limits.search)).toBe('"search";q=80;w=20')
    for (const policy of all) expect(burstOf(policy) * policy.windowMs / policy.quota % 1_000).toBe(0)
  })
})
