import { describe, expect, it } from 'vitest'
import { cacheKey } from '../../server/platform/cache/cache-key.ts'
import { productQuery } from '../../shared/schemas/products.ts'

describe('a cache key', () => {
  it('when two things differ only in what Nitro strips, then their keys differ', () => {
    const slugs = ['blue-shirt', 'blueshirt', 'blue_shirt', 'blue--shirt', 'blue.shirt', 'Blue-shirt']
    expect(new Set(slugs.map(slug => cacheKey({ slug }))).size).toBe(slugs.length)
  })

  it('is made of word characters, so that Nitro strips nothing', () => {
    expect(cacheKey({ q: 'späte / Tasse' })).toMatch(/^\w{40}$/)
  })

  it('when the order of the parts differs, then it is the same', () => {
    expect(cacheKey({ a: 1, b: 2 })).toBe(cacheKey({ b: 2, a: 1 }))
  })

  it('when a part is undefined, then it is the same as left out, and not the same as empty or null', () => {
    expect(cacheKey({ a: 1, b: undefined })).toBe(cacheKey({ a: 1 }))
    expect(new Set([{ a: 1 }, { a: 1, b: '' }, { a: 1, b: null }, { a: 1, b: false }].map(cacheKey)).size).toBe(4)
  })

  it('when text moves between names and values, or changes its type, then keys differ', () => {
    const parts = [{ a: 'b', c: 'd' }, { a: 'b","c":"d' }, { 'a': 'b', 'c ': 'd' }, { ab: '', cd: '' }, { a: 1 }, { a: '1' }, { a: true }, { a: 'true' }, { a: ['b', 'c'] }, { a: 'b,c' }]
    expect(new Set(parts.map(cacheKey)).size).toBe(parts.length)
  })

  it('when a listing is asked with unknown parameters, then they make no entry of their own', () => {
    const keyOf = (query: Record<string, string>) => cacheKey(productQuery.parse(query))
    expect(keyOf({ q: 'mug', utm_source: 'mail', fbclid: '1' })).toBe(keyOf({ q: 'mug' }))
    expect(keyOf({ q: ' mug ', limit: '24' })).toBe(keyOf({ q: 'mug' }))
    expect(keyOf({ inStock: '1' })).toBe(keyOf({ inStock: 'true' }))
    expect(keyOf({ q: 'mug', sort: 'newest' })).not.toBe(keyOf({ q: 'mug' }))
  })
})
