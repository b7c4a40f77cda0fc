import { describe, expect, it } from 'vitest'
import { policies, policyFor } from '../../server/platform/rate-limit/policies.ts'

describe('the limits', () => {
  it.each([
    ['POST', '/api/auth/login', 'login'],
    ['POST', '/api/auth/register', 'login'],
    ['POST', '/auth/login', 'login'],
    ['POST', '/auth/register', 'login'],
    ['POST', '/api/checkout', 'checkout'],
    ['POST', '/api/orders', 'checkout'],
    ['POST', '/api/orders/8e03/cancel', 'checkout'],
    ['POST', '/api/payments/methods', 'checkout'],
    ['GET', '/api/products/suggest', 'search'],
    ['POST', '/api/cart/items', 'cart'],
    ['PATCH', '/api/cart/items/8e03', 'cart'],
    ['DELETE', '/api/cart/items/8e03', 'cart'],
    ['POST', '/cart/add', 'cart'],
    ['POST', '/cart/update', 'cart'],
    ['GET', '/api/cart', 'reads'],
    ['GET', '/api/products', 'reads'],
    ['GET', '/api/products/suggestions-mug', 'reads'],
    ['GET', '/api/orders', 'reads'],
    ['GET', '/api/auth/session', 'reads'],
    ['POST', '/api/auth/logout', 'reads'],
    ['GET', '/api/auth/login', 'reads'],
  ])('put %s %s under %s', (method, path, name) => expect(policyFor(method, path)?.name).toBe(name))

  it.each([
    ['GET', '/'],
    ['GET', '/cart'],
    ['GET', '/products/tidewater-mug'],
    ['GET', '/pictures/abc/400.avif'],
    ['GET', '/api/health'],
    ['GET', '/api/health/live'],
    ['GET', '/api/health/ready'],
    ['POST', '/api/payments/webhook'],
    ['POST', '/api/fulfilment/webhook'],
  ])('leave %s %s alone', (method, path) => expect(policyFor(method, path)).toBeNull())

  it('are tighter where passwords can be guessed or stock be held than where one only reads', () => {
    const perMinute = new Map(policies.map(({ name, quota, windowMs }) => [name, quota * 60_000 / windowMs]))
    expect(perMinute.get('login')).toBeLessThanOrEqual(20)
    expect(perMinute.get('login')!).toBeLessThan(perMinute.get('checkout')!)
    expect(perMinute.get('checkout')!).toBeLessThan(perMinute.get('cart')!)
    expect(perMinute.get('cart')!).toBeLessThan(perMinute.get('reads')!)
  })

  it('have a name each, since the name is part of the key', () => {
    expect(new Set(policies.map(policy => policy.name)).size).toBe(policies.length)
  })
})
