import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../shared/schemas/problem.ts'
import { apiOf } from '../harness/api.ts'
import { furnish, type Furnished } from '../harness/furnished.ts'
import { rawRequest, sendRaw } from '../harness/raw-http.ts'
import { runningShop } from '../harness/running-shop.ts'
import { heroKey } from '../../shared/scenes.ts'

const shop = runningShop()
const api = await apiOf(shop.url)
let owner: Furnished
beforeAll(async () => {
  owner = await furnish(shop)
})
afterAll(shop.close)

const isAlive = async () => (await fetch(`${shop.url}/api/health/live`)).status === 200
const raw = (method: string, target: string, headers?: string[], body?: string) => sendRaw(shop.url, rawRequest(method, target, headers, body))
const problemIn = (text: string) => JSON.parse(text) as Problem

describe('HEAD', () => {
  test('is answered on every route like GET, without a body', async () => {
    const of = (path: string) => path.replace('{slug}', owner.slug).replace('{id}', path.includes('orders') ? owner.orderId : path.includes('checkout') ? owner.checkoutId : '1').replace('/suggest', '/suggest?q=mug')
    const cookie = owner.shopper.cookie
    const differences: string[] = []
    for (const { path } of api.filter(one => one.method === 'GET')) {
      const head = await fetch(`${shop.url}${of(path)}`, { method: 'HEAD', headers: { cookie } })
      const get = await fetch(`${shop.url}${of(path)}`, { headers: { cookie } })
      const seen = [head, get].map(one => [one.status, one.headers.get('content-type'), one.headers.get('cache-control')?.includes('no-store')].join(' '))
      const body = await head.text()
      await get.body?.cancel()
      if (seen[0] !== seen[1] || body !== '' || !head.headers.get('x-request-id') || !head.headers.get('server-timing')) differences.push(`${path}: ${seen.join(' / ')}`)
    }
    expect(differences).toEqual([])
  })

  test.each(['/', '/products/tidewater-mug', '/metrics', `/pictures/${heroKey('wide')}/960.webp`, '/nothing-here', '/api/nothing-here'])('on %s is GET without a body', async (path) => {
    const [head, get] = [await raw('HEAD', path), await raw('GET', path)]
    expect([head.status, head.headers['content-type'], head.body]).toEqual([get.status, get.headers['content-type'], ''])
  })
})

describe('another method', () => {
  test.each(['PUT', 'TRACE', 'PROPFIND', 'LOCK'])('%s on any route of the API is told which there are', async (method) => {
    for (const path of new Set(api.map(one => one.path))) {
      const { status, headers, body } = await raw(method, path.replace(/\{\w+\}/, 'x'))
      const methods = api.filter(one => one.path === path).map(one => one.method)
      expect([status, headers['content-type'], problemIn(body).code], path).toEqual([405, 'application/problem+json', 'platform/http-405'])
      expect(headers.allow!.split(', ').toSorted(), path).toEqual([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].toSorted())
    }
  })

  test('of another route of the same path is not meant: DELETE /api/orders is 405, GET /api/checkout too', async () => {
    expect((await raw('DELETE', '/api/orders')).status).toBe(405)
    expect((await raw('GET', '/api/checkout')).headers.allow).toBe('POST, OPTIONS')
    expect((await raw('POST', '/api/products/suggest', ['content-length: 0'])).headers.allow).toBe('GET, HEAD, OPTIONS')
  })

  test('OPTIONS tells them without doing anything, and allows no other origin', async () => {
    const { status, headers, body } = await raw('OPTIONS', '/api/cart/items/x', ['origin: https://evil.example', 'access-control-request-method: DELETE'])
    expect([status, headers.allow, body]).toEqual([204, 'PATCH, DELETE, OPTIONS', ''])
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
  })
})

describe('bounds', () => {
  test.each([
    ['a path', `/api/products/${'x'.repeat(2_000)}`, 414, 'platform/target-too-long'],
    ['a query', `/api/products?q=${'x'.repeat(5_000)}`, 414, 'platform/target-too-long'],
    ['a hundred parameters', `/api/products?${'a=1&'.repeat(100)}`, 414, 'platform/target-too-long'],
    ['a parameter a hundred times', `/api/products?${'limit=1&'.repeat(100)}`, 414, 'platform/target-too-long'],
  ])('%s that is too long is refused as a problem', async (_, target, status, code) => {
    const answer = await raw('GET', target)
    expect([answer.status, answer.headers['content-type'], problemIn(answer.body).code]).toEqual([status, 'application/problem+json', code])
    expect(answer.headers['x-request-id']).toBeTruthy()
  })

  test('more headers than anybody sends are refused: by us as a problem, past 16 kB by Node without a word', async () => {
    const many = await raw('GET', '/api/products', Array.from({ length: 150 }, (_, i) => `x-${i}: 1`))
    expect([many.status, problemIn(many.body).code]).toEqual([431, 'platform/too-many-headers'])
    const large = await raw('GET', '/api/products', [`x-large: ${'x'.repeat(20_000)}`])
    expect([large.status, large.body]).toEqual([431, ''])
  })

  test.each([
    ['deeper than 20 levels', `{"variantId":${'['.repeat(30)}${']'.repeat(30)}}`, 422, 'platform/too-complex'],
    ['49,000 levels deep', `${'['.repeat(49_000)}${']'.repeat(49_000)}`, 422, 'platform/too-complex'],
    ['of 40,000 items', `[${'0,'.repeat(40_000)}0]`, 422, 'platform/too-complex'],
    ['of 6,000 keys', `{${Array.from({ length: 6_000 }, (_, i) => `"k${i}":0`).join(',')}}`, 422, 'platform/too-complex'],
    ['of more than 100 kB', JSON.stringify({ a: 'x'.repeat(100_001) }), 413, 'platform/body-too-large'],
  ])('a body %s is refused', async (_, body, status, code) => {
    const response = await fetch(`${shop.url}/api/cart/items`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect([response.status, problemIn(await response.text()).code]).toEqual([status, code])
  })

  test('a body that lies about its length, or comes in pieces, is counted as it is', async () => {
    const chunked = await raw('POST', '/api/cart/items', ['content-type: application/json', 'transfer-encoding: chunked'], `${(120_000).toString(16)}\r\n${'x'.repeat(120_000)}\r\n0\r\n\r\n`)
    expect(chunked.status).toBe(413)
    const both = await raw('POST', '/api/cart/items', ['content-type: application/json', 'content-length: 2', 'transfer-encoding: chunked'], '0\r\n\r\n')
    expect(both.status).toBe(400)
    expect(await isAlive()).toBe(true)
  })
})

/** Request targets that no browser sends, and servers have fallen over. */
const targets = [
  '//', '///', '//evil.example/', '//evil.example/%2e%2e', '/\\evil.example', '/\\', '*', 'http://evil.example/', 'http://evil.example/api/products', 'https://shop.test/', 'javascript:alert(1)', 'shop.test:443', '?', '#', '/#x', '',
  '/%', '/%2', '/%zz', '/%00', '/api/products/%00', '/api/products/a%00b', '/%c0%af', '/%ED%A0%80', '/api/products/%ED%A0%80', '/api/%2e%2e/%2e%2e/etc/passwd', '/../../etc/passwd', '/..%2f..%2fetc/passwd', '/_nuxt/../../package.json', '/_nuxt/%2e%2e%2f%2e%2e%2fpackage.json',
  '/api/products/..%5c..%5c', '/api//products', '/api/products/', '/api/./products', '/api/orders/%7Bid%7D', '/api/orders/[id]', '/;/', '/api/products;x=y', '/\xff\xfe', '/\x80', '/caf\xe9', '/api/products?q=%', '/api/products?q=%E0%A4%A', '/api/products?q=\xff', '/api/products?__proto__[x]=1&constructor[prototype][x]=1', '/api/products?q[]=1&q[]=2', '/__nuxt_error?statusCode=200&message=<script>', '/__nuxt_island/x', '/_nitro/tasks', '/.env', '/.git/config', '/server/index.mjs',
]

describe('a malformed target', () => {
  test.each(targets.flatMap(target => ['GET', 'POST', 'OPTIONS'].map(method => [method, target])))('%s %j is refused or answered, and never breaks anything', async (method, target) => {
    const { status, headers, text } = await raw(method, target, method === 'POST' ? ['content-length: 0'] : [])
    expect(status, text.slice(0, 300)).toBeGreaterThanOrEqual(200)
    expect(status, text.slice(0, 300)).toBeLessThan(500)
    expect(headers.location ?? '/').toMatch(/^\/(?![/\\])/)
    expect(text).not.toMatch(/root:x:0|node_modules|\.output|at \w+ \(|DATABASE_URL/)
  })

  test.each(['GET / HTTP/9.9\r\n\r\n', 'GET\r\n\r\n', '\0\0\0\0\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\nConnection: close\r\n\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 'GET /\u{1F4A9} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'])('the bytes %j do not hurt the server', async (bytes) => {
    const { status } = await sendRaw(shop.url, `${bytes}`)
    expect(Number.isNaN(status) || (status >= 200 && status < 500)).toBe(true)
  })

  test('the server lives', async () => expect(await isAlive()).toBe(true))
})

describe('a picture', () => {
  const key = '0123456789abcdef0123'
  test.each([
    `/pictures/${key}/640.avif`, `/pictures/${key}/99999.avif`, `/pictures/${key}/-1.webp`, `/pictures/${key}/0.webp`, `/pictures/${key}/1e3.webp`, `/pictures/${key}/641.webp`, `/pictures/${key}/640.png`, `/pictures/${key}/640.svg`, `/pictures/${key}/640.webp%00.png`, `/pictures/${key}/640.webp/..`,
    '/pictures/..%2f..%2f..%2fetc/passwd', '/pictures/%2e%2e/640.webp', '/pictures/..%2foriginals/640.webp', '/pictures/originals/640.webp', '/pictures/http:%2f%2fevil.example%2f/640.webp', '/pictures/%5c%5cevil/640.webp', '/pictures/0123456789ABCDEF0123/640.webp', '/pictures/__proto__/640.webp', '/pictures/constructor/640.webp', `/pictures/${heroKey('wide')}%00/960.webp`, `/pictures/${heroKey('wide')}/961.webp`, '/pictures/%ED%A0%80/640.webp', '/pictures/a%0d%0aset-cookie:x/640.webp', '/pictures//640.webp',
  ])('%s is none of ours: nothing is read, fetched or drawn', async (path) => {
    const { status, headers, body } = await raw('GET', path)
    expect([400, 404]).toContain(status)
    expect([headers['content-type'], headers['set-cookie']]).toEqual(['application/problem+json', undefined])
    expect(Object.keys(problemIn(body))).toContain('code')
  })

  test('of ours is served as what it is, and no other name leads to it', async () => {
    const { status, headers } = await raw('GET', `/pictures/${heroKey('wide')}/960.webp`)
    expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([200, 'image/webp', 'nosniff'])
    expect((await raw('GET', `/pictures/${heroKey('wide').toUpperCase()}/960.webp`)).status).toBe(404)
  })
})

describe('a redirect', () => {
  const elsewhere = ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', '/.//evil.example', '/%2e//evil.example', '/%0d%0aLocation:%20https://evil.example', 'javascript:alert(1)', '/@evil.example', '/x:y@evil.example', '/\u{2028}/evil.example', '/%5cevil.example', '/a\r\nSet-Cookie: x=y', '\u{FF0F}\u{FF0F}evil.example', '/\u{FF0F}evil.example']
  test.each(elsewhere)('after a log-in with next=%j stays in the shop', async (next) => {
    const email = `next-${crypto.randomUUID()}@example.com`
    const response = await fetch(`${shop.url}/auth/register`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ email, password: 'a long password', name: 'Ada', next }) })
    expect(response.status).toBe(303)
    const location = response.headers.get('location')!
    expect(new URL(location, 'https://shop.example/auth/register').origin, location).toBe('https://shop.example')
    expect(response.headers.getSetCookie().every(one => one.startsWith('shopper='))).toBe(true)
  })

  test.each(elsewhere)('is not offered by the page of a log-in with next=%j', async (next) => {
    const html = await (await fetch(`${shop.url}/login?next=${encodeURIComponent(next)}`)).text()
    const targets = [...html.matchAll(/(?:href|action|value)="([^"]*evil[^"]*)"/g)].map(([, target]) => target!.replaceAll('&amp;', '&'))
    expect(targets.filter(target => new URL(target, 'https://shop.example/login').origin !== 'https://shop.example')).toEqual([])
  })

  test('by a Referer from elsewhere leads to the cart', async () => {
    for (const referer of ['https://evil.example/x', `http://evil.example@${new URL(shop.url).host}//evil.example`, 'x', `${shop.url}//evil.example`]) {
      const response = await fetch(`${shop.url}/cart/add`, { method: 'POST', redirect: 'manual', headers: { referer }, body: new URLSearchParams({ variantId: 'x' }) })
      expect(new URL(response.headers.get('location')!, shop.url).host, referer).toBe(new URL(shop.url).host)
    }
  })
})
