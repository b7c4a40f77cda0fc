import { afterAll, describe, expect, test } from 'vitest'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
afterAll(shop.close)

describe('bad input', () => {
  test.each([-1, 0, 0.5, 1e9, '1', null, Number.NaN, [], {}, true])('a quantity of %j is refused and changes nothing', async (quantity) => {
    const [variantId] = await addProduct(shop.database, product(`quantity-${crypto.randomUUID()}`))
    const shopper = shop.shopper()
    const { status, body, headers } = await shopper.request<Problem>('POST', '/api/cart/items', { variantId, quantity })
    expect(status).toBe(422)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.errors).toMatchObject([{ path: 'quantity' }])
    expect((await shopper.get<Cart>('/api/cart')).body.lines).toEqual([])
  })

  test('a price sent by the client is refused', async () => {
    const [variantId] = await addProduct(shop.database, product(`price-${crypto.randomUUID()}`))
    const { status } = await shop.shopper().request('POST', '/api/cart/items', { variantId, quantity: 1, unitPriceMinor: 1 })
    expect(status).toBe(422)
  })

  test.each([
    ['GET', '/api/products?limit=0'], ['GET', '/api/products?limit=101'], ['GET', '/api/products?limit=x'], ['GET', '/api/products?sort=cheapest'],
    ['GET', '/api/products?cursor=abc'], ['GET', '/api/products?cursor=WyJ4IiwieSJd'], ['GET', '/api/products?minPrice=-1'], ['GET', '/api/products?category=%27%3B'], ['GET', '/api/orders?cursor=%00'],
  ])('%s %s is told what is wrong', async (method, path) => {
    const { status, body } = await shop.shopper().request<Problem>(method, path)
    expect(status).toBe(422)
    expect(body.errors?.length).toBeGreaterThan(0)
  })

  test('a cursor of another sort order is a clear refusal, not a failure', async () => {
    const cursor = Buffer.from(JSON.stringify(['2026-01-01', '00000000-0000-4000-8000-000000000000'])).toString('base64url')
    const { status } = await shop.shopper().get(`/api/products?sort=price-asc&cursor=${cursor}`)
    expect(status).toBe(422)
  })

  test.each([
    '/api/products/no-such-thing', '/api/products/%00', '/api/products/..%2f..%2fetc', '/api/products/a%20b', '/api/orders/1', '/api/orders/00000000-0000-4000-8000-000000000000',
    '/api/checkout/x', '/api/nothing-here', '/pictures/nope/640.avif', '/api/products/%E0%A4%A',
  ])('%s is answered 404 or 400, as problem+json', async (path) => {
    const response = await fetch(`${shop.url}${path}`)
    expect([400, 404]).toContain(response.status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(Object.keys(await response.json() as object)).toEqual(expect.arrayContaining(['type', 'title', 'status', 'detail', 'code', 'traceId']))
  })

  test.each(['/nothing-here', '/products/no-such-thing', '/categories/no-such-thing'])('the page %s is a 404 for people, with a way on', async (path) => {
    const response = await fetch(`${shop.url}${path}`, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const html = await response.text()
    expect(html).toMatch(/action="\/search"/)
    expect(html).not.toMatch(/node_modules|\.output|at \w+ \(/)
  })

  test.each([
    ['not JSON', '{', 'application/json', 400],
    ['another type', 'a=1', 'text/plain', 415],
    ['too much', JSON.stringify({ variantId: 'x'.repeat(120_000) }), 'application/json', 413],
    ['nothing', '', 'application/json', 400],
    ['a list', '[]', 'application/json', 422],
    ['a prototype', '{"__proto__":{"quantity":1},"constructor":{"prototype":{}}}', 'application/json', 422],
  ])('a body that is %s is refused', async (_, body, type, status) => {
    const response = await fetch(`${shop.url}/api/cart/items`, { method: 'POST', headers: { 'content-type': type }, body })
    expect(response.status).toBe(status)
  })

  test('every answer carries its request id and its timing, and says nothing of our insides', async () => {
    const response = await fetch(`${shop.url}/api/products?limit=1`)
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/)
    expect(response.headers.get('server-timing')).toMatch(/total;dur=/)
    const failed = await fetch(`${shop.url}/api/products/none`)
    expect(JSON.stringify(await failed.json())).not.toMatch(/at .*\.m?js|select |stack/i)
    expect(failed.headers.get('x-request-id')).toBeTruthy()
  })

  test.each(['GET //', 'GET /%', 'GET http://evil.example/ ', 'OPTIONS *', 'GET /\\', 'TRACE /'])('the request line "%s" does not hurt the server', async (line) => {
    const { connect } = await import('node:net')
    const { hostname, port } = new URL(shop.url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
      let text = ''
      socket.on('data', chunk => (text += chunk))
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 [1-4]\d\d/)
    expect((await fetch(`${shop.url}/api/health/live`)).status).toBe(200)
  })
})
