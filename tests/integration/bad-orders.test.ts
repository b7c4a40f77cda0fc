import { eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { stock } from '../../server/products/db/tables.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const tables = ['orders', 'payments', 'refunds', 'returns', 'checkouts', 'stock_holds', 'idempotency_keys', 'cart_items'] as const

/** The rows of all that money and stock hang on, and this variant's counters. */
async function books(variantId: string) {
  const { rows: [counts] } = await shop.database.fresh(db => db.execute<Record<string, number>>(sql.raw(`select ${tables.map(table => `(select count(*)::int from ${table}) as ${table}`).join(', ')}`)))
  const [row] = await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId)))
  return { ...counts, ...row }
}

interface Sent { method?: string, path: string, body?: unknown, text?: string, headers?: Record<string, string> }

async function send(one: TestShopper, { method = 'POST', path, body, text = body === undefined ? undefined : JSON.stringify(body), headers = {} }: Sent) {
  const response = await fetch(`${shop.url}${path}`, { method, headers: { 'cookie': one.cookie, 'content-type': 'application/json', ...headers }, body: text })
  return { status: response.status, type: response.headers.get('content-type'), problem: await response.json() as Problem }
}

/** Sales that the worker has yet to book would move the counters while we look at them. */
const unbooked = async () => (await shop.database.fresh(db => db.execute(sql`select 1 from stock_holds h join orders o on o.checkout_id = h.id where h.status = 'claimed' and o.status <> 'pending'`))).rows.length

/** A clear refusal, as problem+json, that changed nothing. */
async function refused(one: TestShopper, variantId: string, sent: Sent, status: number, code?: string) {
  await until(unbooked, count => count === 0)
  const before = await books(variantId)
  const answer = await send(one, sent)
  expect([answer.status, answer.type, answer.problem.status]).toEqual([status, 'application/problem+json', status])
  if (code) expect(answer.problem.code).toBe(code)
  expect(await books(variantId)).toEqual(before)
  return answer.problem
}

/** A shopper with one thing in the cart, and their open checkout. */
async function shopping(name: string, { priceMinor = 1_800, stock: left = 5 } = {}) {
  const [variantId, other] = await addProduct(shop.database, product(unique(name), { priceMinor, stock: left }))
  const one = shop.shopper()
  const { body: cart } = await one.add(variantId!)
  const { body: checkout } = await one.checkout()
  const order = { checkoutId: checkout.id, email: 'ada@example.com', address: anAddress, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }
  return { one, variantId: variantId!, other: other!, cart, checkout, order }
}

const place = (body: unknown, key: string = crypto.randomUUID()): Sent => ({ path: '/api/orders', body, headers: { 'idempotency-key': `"${key}"` } })
const quantities = [-1, 0, 0.5, 100, 1e9, '1', null, Number.NaN, [], {}, true]
const strange = ['', ' ', 'null', '../1', '%00', '{00000000-0000-4000-8000-000000000000}', 'urn:uuid:00000000-0000-4000-8000-000000000000', '00000000000040008000000000000000', `${crypto.randomUUID()}x`]

describe('a cart', () => {
  test('takes no quantity but whole ones from 1 to 99, however it is sent', async () => {
    const { one, variantId, cart } = await shopping('quantities')
    for (const quantity of quantities) {
      await refused(one, variantId, { path: '/api/cart/items', body: { variantId, quantity } }, 422)
      await refused(one, variantId, { method: 'PATCH', path: `/api/cart/items/${cart.lines[0]!.id}`, body: { quantity } }, 422)
    }
    await refused(one, variantId, { method: 'PATCH', path: `/api/cart/items/${cart.lines[0]!.id}`, body: {} }, 422)
    expect((await one.get<Cart>('/api/cart')).body.itemCount).toBe(1)
  })

  test('takes no price, total or currency from a client', async () => {
    const { one, variantId, cart } = await shopping('cart-prices')
    for (const extra of [{ unitPriceMinor: 1 }, { priceMinor: 1 }, { lineTotalMinor: 1 }, { currency: 'EUR' }, { totalMinor: 0 }]) {
      await refused(one, variantId, { path: '/api/cart/items', body: { variantId, quantity: 1, ...extra } }, 422)
      await refused(one, variantId, { method: 'PATCH', path: `/api/cart/items/${cart.lines[0]!.id}`, body: { quantity: 2, ...extra } }, 422)
      await refused(one, variantId, { path: '/api/checkout', body: extra }, 422)
    }
  })

  test('reads no body of 10,000 lines, and none that is deep or endless', async () => {
    const { one, variantId } = await shopping('bodies')
    const line = { variantId, quantity: 1 }
    await refused(one, variantId, { path: '/api/cart/items', body: Array.from({ length: 10_000 }, () => line) }, 413)
    await refused(one, variantId, { path: '/api/cart/items', body: Array(10_000).fill(0) }, 422)
    await refused(one, variantId, { path: '/api/cart/items', body: { ...line, lines: Array(10_000).fill({}) } }, 422)
    await refused(one, variantId, { path: '/api/cart/items', text: `${'['.repeat(45_000)}${']'.repeat(45_000)}` }, 422)
    await refused(one, variantId, { path: '/api/cart/items', text: `{"variantId":${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}}` }, 422)
    await refused(one, variantId, { path: '/api/cart/items', text: '['.repeat(90_000) }, 400)
  })

  test('holds a hundred different things and not 10,000', async () => {
    const ids: string[] = []
    for (let index = 0; index < 4; index++) ids.push(...await addProduct(shop.database, product(unique('many'), { colours: Array.from({ length: 26 }, (_, colour) => `Colour ${colour}`) })))
    const one = shop.shopper()
    for (const id of ids.slice(0, 100)) expect((await one.add(id)).status).toBe(200)
    for (const id of ids.slice(100)) await refused(one, id, { path: '/api/cart/items', body: { variantId: id, quantity: 1 } }, 409, 'cart/full')
    expect((await one.add(ids[0]!)).status).toBe(200)
    expect((await one.checkout()).body.lines).toHaveLength(100)
  })

  test('whose sum no order can carry is refused before anything is held', async () => {
    const [dear, dearer] = await addProduct(shop.database, product(unique('dear'), { priceMinor: 50_000_000, stock: 500 }))
    const one = shop.shopper()
    await one.add(dear!, 99)
    await one.add(dearer!, 99)
    await refused(one, dear!, { path: '/api/checkout' }, 409, 'orders/too-large')
    const { body: cart } = await one.get<Cart>('/api/cart')
    expect(cart.subtotalMinor).toBe(2 * 99 * 50_000_000)
    for (const line of cart.lines) await one.request('PATCH', `/api/cart/items/${line.id}`, { quantity: 1 })
    await refused(one, dear!, { path: '/api/checkout' }, 409, 'orders/too-large')
    await shop.database.fresh(db => db.execute(sql`update variants set retired = true where price_minor = 50000000`))
  })
})

describe('an order', () => {
  test('takes no price, total, currency or unknown word from a client', async () => {
    const { one, variantId, order } = await shopping('order-fields')
    const bad: object[] = [
      { totalMinor: 1 }, { currency: 'USD' }, { amountMinor: 0 }, { lines: [] }, { status: 'paid' },
      { shippingMethod: 'teleport' }, { shippingMethod: null }, { shippingMethod: 'Standard' }, { shippingMethod: ['standard'] },
      { paymentMethod: '' }, { paymentMethod: 'card' }, { paymentMethod: 'pm_' }, { paymentMethod: `pm_${'x'.repeat(200)}` }, { paymentMethod: 'pm_a/../b' }, { paymentMethod: 1 },
      { address: { ...anAddress, country: 'XX' } }, { address: { ...anAddress, country: 'gb' } }, { address: { ...anAddress, country: null } }, { address: { ...anAddress, planet: 'Mars' } },
      { address: { ...anAddress, name: '' } }, { address: { ...anAddress, name: 'x'.repeat(121) } }, { address: { ...anAddress, name: 'Ada\u0000' } }, { address: { ...anAddress, city: 'Lon\ud800don' } }, { address: { ...anAddress, line2: '\u0007' } }, { address: [] }, { address: null },
      { email: 'nobody' }, { email: 'a@b' }, { email: `${'a'.repeat(250)}@example.com` }, { email: 'ada@example.com\nBcc: all@example.com' }, { email: 'ada\u0000@example.com' },
      { checkoutId: 'x' }, { checkoutId: null }, { checkoutId: [order.checkoutId] },
    ]
    for (const change of bad) await refused(one, variantId, place({ ...order, ...change }), 422)
    await refused(one, variantId, place([order]), 422)
    await refused(one, variantId, place({}), 422)
    await refused(one, variantId, { ...place(order), headers: { 'idempotency-key': '"k"', 'content-type': 'text/plain' } }, 415)
    await refused(one, variantId, place({ ...order, email: `${'a'.repeat(110_000)}@example.com` }), 413)
    expect((await one.pay(order.checkoutId)).status).toBe(201)
  })

  test('with a card that the gateway does not know is declined, charged nothing, and gives the stock back', async () => {
    const { one, variantId, order } = await shopping('unknown-card', { stock: 1 })
    const { status, problem } = await send(one, place({ ...order, paymentMethod: 'pm_nobody_knows_this' }))
    expect([status, problem.code]).toEqual([402, 'orders/payment-declined'])
    expect(await books(variantId)).toMatchObject({ onHand: 1, reserved: 0, sold: 0 })
    const { body: { items } } = await one.get<{ items: { id: string, status: string }[] }>('/api/orders')
    expect(items.map(item => item.status)).toEqual(['payment-failed'])
    expect((await shop.ledger(items[0]!.id)).filter(entry => entry.capturedMinor || entry.heldMinor)).toEqual([])
    expect((await one.buy(variantId)).status).toBe(201)
  })

  test('takes no odd, overlong or missing key', async () => {
    const { one, variantId, order } = await shopping('odd-keys')
    const odd = ['', '""', '"', 'a b', '"a", "b"', 'a/b', '"ä"', 'k'.repeat(201), `"${'k'.repeat(10_000)}"`, '"a";q=1', '{"a":1}']
    for (const key of odd) await refused(one, variantId, { path: '/api/orders', body: order, headers: { 'idempotency-key': key } }, 400, 'orders/idempotency-key-missing')
    await refused(one, variantId, { path: '/api/orders', body: order }, 400, 'orders/idempotency-key-missing')
  })

  test('under a key that had another body changes nothing', async () => {
    const { one, variantId, order } = await shopping('two-bodies')
    const key = crypto.randomUUID()
    const { body } = await one.pay(order.checkoutId, { key })
    await shop.untilStatus(one, body.id, 'delivered')
    await refused(one, variantId, place({ ...order, email: 'eve@example.com' }, key), 422, 'orders/idempotency-key-reused')
  })

  test('from a checkout that is expired, used, replaced, given up or somebody else\'s is refused', async () => {
    const { one, variantId, order } = await shopping('checkouts')
    const stranger = shop.shopper()
    await stranger.add(variantId)
    await refused(stranger, variantId, place(order), 404)
    await refused(shop.shopper(), variantId, place(order), 404)
    await refused(one, variantId, place({ ...order, checkoutId: crypto.randomUUID() }), 404)

    const { body: second } = await one.checkout()
    await refused(one, variantId, place(order), 409, 'orders/checkout-expired')
    await one.request('DELETE', `/api/checkout/${second.id}`)
    await refused(one, variantId, place({ ...order, checkoutId: second.id }), 409, 'orders/checkout-expired')

    const { body: third } = await one.checkout()
    expect((await one.pay(third.id.toUpperCase())).status).toBe(201)
    await refused(one, variantId, place({ ...order, checkoutId: third.id }), 409, 'orders/checkout-expired')

    await one.add(variantId)
    const { body: fourth } = await one.checkout()
    await shop.database.fresh(db => db.execute(sql`update stock_holds set expires_at = clock_timestamp() - interval '1 second' where id = ${fourth.id}`))
    const late = await send(one, place({ ...order, checkoutId: fourth.id }))
    expect([late.status, late.problem.code]).toEqual([409, 'orders/checkout-expired'])
  })

  test('is somebody\'s alone, and its id has one form', async () => {
    const { one, variantId, order } = await shopping('whose')
    const { body: placed } = await one.pay(order.checkoutId)
    await shop.untilStatus(one, placed.id, 'delivered')
    const stranger = shop.shopper()
    await stranger.add(variantId)
    const lines = [{ variantId, quantity: 1 }]
    for (const who of [stranger, shop.shopper()]) {
      await refused(who, variantId, { method: 'GET', path: `/api/orders/${placed.id}` }, 404)
      await refused(who, variantId, { method: 'GET', path: `/api/orders/${placed.id}?token=${'x'.repeat(43)}` }, 404)
      await refused(who, variantId, { path: `/api/orders/${placed.id}/cancel` }, 404)
      await refused(who, variantId, { path: `/api/orders/${placed.id}/returns`, body: { lines, reason: 'mine now' } }, 404)
    }
    for (const id of strange.map(encodeURIComponent)) {
      const before = await books(variantId)
      const answers = [await send(one, { path: `/api/orders/${id}/cancel` }), await send(one, { path: `/api/orders/${id}/returns`, body: { lines, reason: 'x' } }), await send(one, { method: 'DELETE', path: `/api/checkout/${id}` }), await send(one, { method: 'PATCH', path: `/api/cart/items/${id}`, body: { quantity: 1 } })]
      for (const answer of answers) expect([400, 404, 405]).toContain(answer.status)
      expect(await books(variantId)).toEqual(before)
    }
    expect((await one.get<Maybe<Order>>(`/api/orders/${placed.id.toUpperCase()}`)).body.id).toBe(placed.id)
    await refused(one, variantId, { path: `/api/orders/${placed.id}/cancel`, body: { amountMinor: 1 } }, 422)
  })
})

describe('a return', () => {
  test('takes no bad quantity, no line twice, no price, and not 10,000 lines', async () => {
    const { one, variantId, other, order } = await shopping('bad-return')
    const { body: placed } = await one.pay(order.checkoutId)
    await shop.untilStatus(one, placed.id, 'delivered')
    const path = `/api/orders/${placed.id}/returns`
    const line = { variantId, quantity: 1 }
    for (const quantity of quantities) await refused(one, variantId, { path, body: { lines: [{ variantId, quantity }], reason: 'x' } }, 422)
    const bodies: unknown[] = [
      {}, [], null, { lines: [], reason: 'x' }, { lines: [line] }, { lines: [line], reason: '' }, { lines: [line], reason: ' ' }, { lines: [line], reason: 'x'.repeat(501) }, { lines: [line], reason: 'x\u0000' },
      { lines: [line, line], reason: 'x' }, { lines: [line, { variantId: variantId.toUpperCase(), quantity: 1 }], reason: 'x' }, { lines: [{ ...line, refundMinor: 1 }], reason: 'x' }, { lines: [line], reason: 'x', refundMinor: 1 },
      { lines: [{ variantId: 'x', quantity: 1 }], reason: 'x' }, { lines: Array.from({ length: 101 }, () => ({ variantId: crypto.randomUUID(), quantity: 1 })), reason: 'x' },
    ]
    for (const body of bodies) await refused(one, variantId, { path, body }, 422)
    await refused(one, variantId, { path, body: { lines: Array.from({ length: 10_000 }, () => line), reason: 'x' } }, 413)
    await refused(one, variantId, { path, body: { lines: [{ variantId, quantity: 2 }], reason: 'x' } }, 409, 'orders/return-too-much')
    await refused(one, variantId, { path, body: { lines: [line, { variantId: other, quantity: 1 }], reason: 'x' } }, 409, 'orders/return-too-much')
  })
})

describe('an admin', () => {
  test('sends no bad amount back, and closes no return badly', async () => {
    const { one, variantId, order } = await shopping('bad-refund')
    const { body: placed } = await one.pay(order.checkoutId)
    await shop.untilStatus(one, placed.id, 'delivered')
    const admin = await shop.admin()
    const path = `/api/admin/orders/${placed.id}/refunds`
    const headers = { 'idempotency-key': '"a-refund"' }
    for (const amountMinor of quantities.filter(value => value !== 100)) await refused(admin, variantId, { path, headers, body: { amountMinor, reason: 'x' } }, 422)
    for (const body of [{}, { amountMinor: 1 }, { amountMinor: 1, reason: '' }, { amountMinor: 1, reason: 'x', currency: 'USD' }, { amountMinor: 1, reason: 'x\u0000' }]) await refused(admin, variantId, { path, headers, body }, 422)
    await refused(admin, variantId, { path, body: { amountMinor: 1, reason: 'x' } }, 400, 'orders/idempotency-key-missing')
    await refused(admin, variantId, { path, headers, body: { amountMinor: 99_999_999, reason: 'x' } }, 409, 'orders/refund-too-large')
    const { body: made } = await one.request<Maybe<{ id: string }>>('POST', `/api/orders/${placed.id}/returns`, { lines: [{ variantId, quantity: 1 }], reason: 'x' })
    for (const body of [{}, { restock: 'yes' }, { restock: null }, { restock: true, refundMinor: 1 }]) await refused(admin, variantId, { path: `/api/admin/returns/${made.id}/receive`, body }, 422)
    for (const body of [{}, { reason: '' }, { reason: 'x'.repeat(501) }]) await refused(admin, variantId, { path: `/api/admin/returns/${made.id}/reject`, body }, 422)
    await refused(admin, variantId, { path: `/api/admin/returns/${crypto.randomUUID()}/receive`, body: { restock: true } }, 404)
    await refused(admin, variantId, { method: 'GET', path: '/api/admin/returns?status=lost' }, 422)
    await refused(admin, variantId, { method: 'GET', path: '/api/admin/returns?cursor=abc' }, 422)
    await refused(one, variantId, { path: `/api/admin/returns/${made.id}/receive`, body: { restock: true } }, 401)
  })
})
