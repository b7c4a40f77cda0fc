import { describe, expect, it } from 'vitest'
import { localPath } from '../../shared/local-path.ts'

const where = (wanted: string | undefined) => localPath(wanted, '/account')

describe('where a form leads afterwards', () => {
  it.each(['/', '/cart', '/orders/8e03978e?token=a_b-c', '/products/blue-shirt?colour=Deep%20Blue&x=//y', '/search?q=a%2Fb'])('is a path of this shop: %s', path => expect(where(path)).toBe(path))

  it.each([
    undefined,
    '',
    'https://evil.example/',
    'HTTPS://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    '@evil.example',
    '/cart\r\nlocation: https://evil.example',
    '/a\\..\\..\\evil',
    // A path that becomes //evil.example when its dots are taken out.
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/%2E%2e//evil.example',
  ])('is never elsewhere: %j', wanted => expect(where(wanted)).toBe('/account'))

  it('whatever comes out, a browser stays on the shop', () => {
    const pieces = ['/', '//', '\\', '.', '..', '%2e', '%2f', '%5c', 'evil.example', '@', ':', '?', '#', '\t', ' ', 'x']
    for (const a of pieces) for (const b of pieces) for (const c of pieces) for (const d of pieces) {
      const path = where(`/${a}${b}${c}${d}`)
      expect(new URL(path, 'https://shop.example/login').origin, path).toBe('https://shop.example')
    }
  })
})
