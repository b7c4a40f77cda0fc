import { afterAll, describe, expect, test } from 'vitest'
import { scriptHashes } from '../../server/platform/http/security-headers.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
afterAll(shop.close)

const everywhere = { 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin', 'x-frame-options': 'DENY', 'referrer-policy': 'strict-origin-when-cross-origin' }

describe('security headers', () => {
  test.each(['/', '/categories/mugs', '/products/tidewater-mug', '/cart', '/nowhere'])('%s allows its own inline scripts and no others', async (path) => {
    const response = await fetch(`${shop.url}${path}`, { headers: { accept: 'text/html' } })
    const policy = response.headers.get('content-security-policy')!
    const allowed = /script-src ([^;]*)/.exec(policy)![1]!.split(' ')
    expect(allowed.toSorted()).toEqual(['\'self\'', ...scriptHashes(await response.text())].toSorted())
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
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
