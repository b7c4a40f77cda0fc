import { createHash } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
afterAll(shop.close)

const everywhere = { 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin', 'x-frame-options': 'DENY', 'referrer-policy': 'strict-origin-when-cross-origin' }

const hashOf = (code: string) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`
const allowedBy = (headers: Headers) => /script-src ([^;]*)/.exec(headers.get('content-security-policy')!)![1]!.split(' ')
/** Every inline script of a page that a browser would run. */
const inlineScripts = (html: string) => [...html.matchAll(/<script(?![^>]*(?:\bsrc=|application\/(?:ld\+)?json))[^>]*>([\s\S]*?)<\/script>/g)].map(match => match[1]!)

describe('security headers', () => {
  test.each(['/', '/categories/mugs', '/products/tidewater-mug', '/cart', '/nowhere'])('%s allows its own inline scripts and no others', async (path) => {
    const response = await fetch(`${shop.url}${path}`, { headers: { accept: 'text/html' } })
    expect(allowedBy(response.headers).toSorted()).toEqual(['\'self\'', ...new Set(inlineScripts(await response.text()).map(hashOf))].toSorted())
    expect(response.headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/)
  })

  test('a script that has slipped into a description is in the page, and not in its policy', async () => {
    const slug = `hostile-${crypto.randomUUID().slice(0, 8)}`
    await addProduct(shop.database, { ...product(slug), description: '<p>Nice.</p><script>window.hacked = true</script>' })
    const response = await fetch(`${shop.url}/products/${slug}`)
    expect(inlineScripts(await response.text())).toContain('window.hacked = true')
    expect(allowedBy(response.headers)).not.toContain(hashOf('window.hacked = true'))
  })

  test.each(['/', '/api/products?limit=1', '/api/nothing', '/favicon.svg', '/pictures/nope/640.avif'])('%s carries what every answer carries', async (path) => {
    const { headers } = await fetch(`${shop.url}${path}`)
    expect(Object.fromEntries(Object.keys(everywhere).map(name => [name, headers.get(name)]))).toEqual(everywhere)
    expect(headers.get('permissions-policy')).toContain('camera=()')
    expect(headers.get('content-security-policy')).toBeTruthy()
    expect(headers.get('x-powered-by')).toBeNull()
  })

  test('an answer that is no page may load nothing', async () => {
    const { headers } = await fetch(`${shop.url}/api/products?limit=1`)
    expect(headers.get('content-security-policy')).toBe('default-src \'none\'; frame-ancestors \'none\'')
  })
})
