import { eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { mails } from '../../server/notifications/db/tables.ts'
import { promotions } from '../../server/promotions/db/tables.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { Promotion, PromotionList } from '../../shared/schemas/promotions.ts'
import type { OrderReturn } from '../../shared/schemas/returns.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { addPromotion } from '../harness/promotions.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const emailOf = (name: string) => `${unique(name)}@example.com`
const sell = async (priceMinor: number, name = 'promo') => (await addProduct(shop.database, product(unique(name), { priceMinor, stock: 50, colours: ['Salt'] })))[0]!
const apply = (one: TestShopper, code: string) => one.request<Maybe<Cart>>('POST', '/api/cart/promo', { code })
const cartOf = async (one: TestShopper) => (await one.get<Cart>('/api/cart')).body
const set = (id: string, values: Partial<typeof promotions.$inferInsert>) => shop.database.fresh(db => db.update(promotions).set(values).where(eq(promotions.id, id)))
const usedOf = async (id: string) => (await shop.database.fresh(db => db.select().from(promotions).where(eq(promotions.id, id))))[0]!.used
const minutes = (count: number) => sql`clock_timestamp() + make_interval(mins => ${count})` as unknown as Date

/** An order with this code. */
async function buyWith(code: string) {
  const one = await shopperWith(2_000)
  await apply(one, code)
  return (await one.pay((await one.checkout()).body.id, { email: emailOf('buyer') })).body
}
async function usedUpCode() {
  const row = await addPromotion(shop.database, { totalLimit: 1 })
  await buyWith(row.code)
  return row
}

/** Somebody with goods for this many pence in the cart. */
async function shopperWith(priceMinor: number, quantity = 1) {
  const one = shop.shopper()
  await one.add(await sell(priceMinor), quantity)
  return one
}

describe('a promo code', () => {
  test.each([
    ['a percentage', { kind: 'percentage', value: 15 }, 301, 395, 2_099, 350],
    ['an amount', { kind: 'amount', value: 500 }, 500, 395, 1_900, 317],
    ['an amount of more than the goods', { kind: 'amount', value: 5_000 }, 1_975, 395, 425, 71],
    ['free delivery', { kind: 'free-shipping', value: 0 }, 0, 0, 2_005, 334],
  ] as const)('that is %s is the same in the cart, at the checkout, in the order and at the bank', async (_, kind, discountMinor, shippingMinor, totalMinor, taxMinor) => {
    const { code } = await addPromotion(shop.database, kind)
    const one = await shopperWith(2_005)
    const applied = await apply(one, ` ${code.toLowerCase().replace('-', '- ')} `)
    expect(applied.status).toBe(200)
    expect(applied.body).toMatchObject({ subtotalMinor: 2_005, discountMinor, promo: { code, problem: null, freeShipping: kind.kind === 'free-shipping' } })
    const sums = { subtotalMinor: 2_005, discountMinor, shippingMinor, totalMinor, taxMinor }
    const { body: checkout } = await one.checkout()
    expect(checkout).toMatchObject({ ...sums, promo: { code, problem: null } })
    const { status, body: order } = await one.pay(checkout.id)
    expect([status, order]).toMatchObject([201, { ...sums, promoCode: code }])
    expect(await shop.ledger(order.id)).toMatchObject([{ capturedMinor: totalMinor }])
    expect(await cartOf(one)).toMatchObject({ lines: [], promo: null })
    expect((await one.get<Order>(`/api/orders/${order.id}`)).body).toMatchObject({ ...sums, promoCode: code })
  })

  test('for free delivery leaves express at its price', async () => {
    const { code } = await addPromotion(shop.database, { kind: 'free-shipping', value: 0 })
    const one = await shopperWith(2_000)
    await apply(one, code)
    const { body: checkout } = await one.checkout()
    expect(checkout.shippingMethods.map(({ id, priceMinor }) => [id, priceMinor])).toEqual([['standard', 0], ['express', 795], ['collect', 0]])
    expect((await one.pay(checkout.id, { shippingMethod: 'express' })).body.totalMinor).toBe(2_795)
  })

  test('that is wrong, planned, paused, over, too small or used up is refused, each in its own words, and leaves the one that stood there', async () => {
    const good = await addPromotion(shop.database)
    const one = await shopperWith(2_000)
    await apply(one, good.code)
    const refused: [string, Awaited<ReturnType<typeof addPromotion>> | null][] = [
      ['promotions/unknown-code', null],
      ['promotions/unknown-code', await addPromotion(shop.database, { startsAt: minutes(5) })],
      ['promotions/ended', await addPromotion(shop.database, { active: false })],
      ['promotions/ended', await addPromotion(shop.database, { endsAt: minutes(-1) })],
      ['promotions/minimum-not-met', await addPromotion(shop.database, { minimumMinor: 2_001 })],
      ['promotions/used-up', await usedUpCode()],
    ]
    for (const [expected, row] of refused) {
      const { status, body } = await apply(one, row?.code ?? 'NO-SUCH-CODE')
      expect([status, body.code, body.errors]).toEqual([422, expected, [{ path: 'code', message: expect.any(String) }]])
      if (expected === 'promotions/minimum-not-met') expect(body.errors![0]!.message).toContain('£0.01 to go')
    }
    // What is planned is told as what is not there, to the letter.
    const [none, planned] = [await apply(one, 'NO-SUCH-CODE'), await apply(one, refused[1]![1]!.code)]
    expect({ ...none.body, traceId: '' }).toEqual({ ...planned.body, traceId: '' })
    expect((await cartOf(one)).promo?.code).toBe(good.code)
  })

  test('that does nothing any more stays and says why, and is taken out by hand', async () => {
    const { id, code } = await addPromotion(shop.database, { minimumMinor: 3_000 })
    const one = await shopperWith(1_500, 2)
    expect((await apply(one, code)).body.discountMinor).toBe(300)
    const { body: less } = await one.request<Cart>('PATCH', `/api/cart/items/${(await cartOf(one)).lines[0]!.id}`, { quantity: 1 })
    expect(less).toMatchObject({ discountMinor: 0, promo: { code, problem: { code: 'promotions/minimum-not-met', message: expect.stringContaining('£15.00 to go') } } })
    expect((await one.checkout()).body).toMatchObject({ discountMinor: 0, totalMinor: 1_895, promo: { code, problem: { code: 'promotions/minimum-not-met' } } })
    await set(id, { endsAt: minutes(-1) })
    expect((await cartOf(one)).promo?.problem).toMatchObject({ code: 'promotions/ended' })
    expect((await one.request<Cart>('DELETE', '/api/cart/promo')).body.promo).toBeNull()
    expect((await one.request<Cart>('DELETE', '/api/cart/promo')).status).toBe(200)
    expect((await shop.shopper().request<Cart>('DELETE', '/api/cart/promo')).body).toMatchObject({ lines: [], promo: null })
  })

  test('goes along when a guest logs in, and takes the place of the account\'s older one', async () => {
    const [older, newer] = [await addPromotion(shop.database), await addPromotion(shop.database)]
    const account = { email: emailOf('merge'), password: 'a long password' }
    const before = await shopperWith(2_000)
    await before.request('POST', '/api/auth/register', { ...account, name: 'Ada' })
    await apply(before, older.code)
    const guest = await shopperWith(3_000)
    await apply(guest, newer.code)
    await guest.request('POST', '/api/auth/login', account)
    expect(await cartOf(guest)).toMatchObject({ subtotalMinor: 5_000, discountMinor: 500, promo: { code: newer.code } })
  })

  test('is honoured while the hold lives, though it ends between the checkout and the order', async () => {
    const { id, code } = await addPromotion(shop.database)
    const [one, other] = [await shopperWith(2_000), await shopperWith(2_000)]
    for (const shopper of [one, other]) await apply(shopper, code)
    const { body: checkout } = await one.checkout()
    await set(id, { endsAt: minutes(-1), active: false })
    expect((await one.get<{ totalMinor: number }>(`/api/checkout/${checkout.id}`)).body.totalMinor).toBe(2_195)
    expect((await one.pay(checkout.id)).body).toMatchObject({ status: 'paid', discountMinor: 200, totalMinor: 2_195 })
    expect((await other.checkout()).body).toMatchObject({ discountMinor: 0, totalMinor: 2_395, promo: { problem: { code: 'promotions/ended' } } })
  })
})

describe('a limit for each shopper', () => {
  test('knows an account at once, and a guest of a new session by their address when they order, who is charged nothing and can go on without', async () => {
    const { id, code } = await addPromotion(shop.database, { perShopperLimit: 1 })
    const address = unique('once')
    const one = await shopperWith(2_000)
    await one.request('POST', '/api/auth/register', { email: `${address}@example.com`, password: 'a long password', name: 'Ada' })
    await apply(one, code)
    expect((await one.pay((await one.checkout()).body.id, { email: `${address}@example.com` })).status).toBe(201)
    await one.add(await sell(2_000))
    expect((await apply(one, code)).body.code).toBe('promotions/already-used')

    const guest = await shopperWith(2_000)
    await apply(guest, code)
    const { body: checkout } = await guest.checkout()
    const refused = await guest.pay(checkout.id, { email: `${address.toUpperCase()}+again@Example.com` })
    expect([refused.status, refused.body.code]).toEqual([409, 'promotions/already-used'])
    expect((await guest.get<{ items: unknown[] }>('/api/orders')).body.items).toEqual([])
    expect((await cartOf(guest)).lines).toHaveLength(1)
    await guest.request('DELETE', '/api/cart/promo')
    const { body: without } = await guest.checkout()
    expect((await guest.pay(without.id, { email: `${address}@example.com` })).body).toMatchObject({ status: 'paid', discountMinor: 0, promoCode: null })
    expect(await usedOf(id)).toBe(1)
  })

  test('is free again when the card was declined or the order cancelled, and not when things come back', async () => {
    const { id, code } = await addPromotion(shop.database, { perShopperLimit: 1, totalLimit: 1 })
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const one = await shopperWith(2_000, 2)
    const email = emailOf('again')
    await apply(one, code)
    expect((await one.pay((await one.checkout()).body.id, { email, paymentMethod: 'pm_card_chargeDeclined' })).status).toBe(402)
    expect(await usedOf(id)).toBe(0)
    const { body: paid } = await one.pay((await one.checkout()).body.id, { email })
    expect([paid.discountMinor, await usedOf(id)]).toEqual([400, 1])
    const cancelled = await until(() => one.request('POST', `/api/orders/${paid.id}/cancel`), ({ status }) => status === 200)
    expect([cancelled.status, await usedOf(id)]).toEqual([200, 0])
    await shop.untilStatus(one, paid.id, 'refunded')
    expect(await shop.ledger(paid.id)).toMatchObject([{ capturedMinor: paid.totalMinor, refundedMinor: paid.totalMinor }])
    await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })

    await one.add(await sell(2_000))
    expect((await apply(one, code)).status).toBe(200)
    const { body: kept } = await one.pay((await one.checkout()).body.id, { email })
    await shop.untilStatus(one, kept.id, 'delivered')
    const { body: sentBack } = await one.request<OrderReturn>('POST', `/api/orders/${kept.id}/returns`, { lines: kept.lines.map(({ variantId, quantity }) => ({ variantId, quantity })), reason: 'too much' })
    await (await shop.admin()).request('POST', `/api/admin/returns/${sentBack.id}/receive`, { restock: true })
    await shop.untilStatus(one, kept.id, 'refunded')
    expect(await usedOf(id)).toBe(1)
  })
})

test('what comes back is paid back as it was paid: each thing with its share of the discount, and all of it makes the whole', async () => {
  const { code } = await addPromotion(shop.database, { kind: 'amount', value: 1_000 })
  const one = shop.shopper()
  const [mug, print] = [await sell(1_800, 'mug'), await sell(4_500, 'print')]
  await one.add(mug, 3)
  await one.add(print)
  await apply(one, code)
  const { body: order } = await one.pay((await one.checkout()).body.id, { shippingMethod: 'express' })
  expect(order).toMatchObject({ subtotalMinor: 9_900, discountMinor: 1_000, totalMinor: 9_695 })
  await shop.untilStatus(one, order.id, 'delivered')
  const admin = await shop.admin()
  const amounts: number[] = []
  for (const lines of [[{ variantId: mug, quantity: 1 }], [{ variantId: print, quantity: 1 }], [{ variantId: mug, quantity: 2 }]]) {
    const { body: asked } = await one.request<OrderReturn>('POST', `/api/orders/${order.id}/returns`, { lines, reason: 'another colour' })
    const { body: here } = await admin.request<OrderReturn>('POST', `/api/admin/returns/${asked.id}/receive`, { restock: true })
    expect(here.refundMinor).toBe(asked.refundMinor)
    amounts.push(here.refundMinor)
  }
  expect(amounts).toEqual([1_618, 4_046, 3_236 + 795])
  await shop.untilStatus(one, order.id, 'refunded')
  expect(await shop.ledger(order.id)).toMatchObject([{ capturedMinor: 9_695, refundedMinor: 9_695 }])
  const [mail] = await until(() => shop.database.fresh(db => db.select().from(mails).where(sql`${mails.body} like ${`%${order.id}%`} and ${mails.subject} like 'We have your order%'`)), rows => rows.length === 1)
  expect(mail!.body).toContain(`Discount (${code}) −£10.00\nTotal £96.95`)
})

describe('those who run the shop', () => {
  const rules = { value: 20, minimumMinor: 0, totalLimit: 10, perShopperLimit: null, startsAt: null, endsAt: null, active: true }

  test('make, change and end codes, which counts at once and is written down', async () => {
    const admin = await shop.admin()
    const code = `NEW-${crypto.randomUUID().slice(0, 6).toUpperCase()}`
    const made = await admin.request<Maybe<Promotion>>('POST', '/api/admin/promotions', { code: code.toLowerCase(), kind: 'percentage', ...rules })
    expect([made.status, made.body]).toMatchObject([201, { code, label: '20% off', state: 'running', uses: 0 }])
    expect((await admin.request<Maybe<Promotion>>('POST', '/api/admin/promotions', { code, kind: 'percentage', ...rules })).body.code).toBe('promotions/code-taken')
    await buyWith(code)
    const path = `/api/admin/promotions/${made.body.id}`
    expect((await admin.request<Maybe<Promotion>>('PATCH', path, { ...rules, value: 30, totalLimit: 1 })).body).toMatchObject({ label: '30% off', state: 'used-up', uses: 1 })
    await set(made.body.id, { totalLimit: 5 })
    await buyWith(code)
    const below = await admin.request<Maybe<Promotion>>('PATCH', path, { ...rules, totalLimit: 1 })
    expect([below.status, below.body.code]).toEqual([409, 'promotions/limit-below-uses'])
    for (const [wrong, path422] of [[{ value: 91 }, 'value'], [{ value: 0 }, 'value'], [{ totalLimit: 0 }, 'totalLimit'], [{ startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' }, 'endsAt'], [{ code: 'X' }, 'code']] as const) {
      const answer = await admin.request<Maybe<Promotion>>('POST', '/api/admin/promotions', { code: unique('wrong'), kind: 'percentage', ...rules, ...wrong })
      expect([answer.status, answer.body.errors?.map(error => error.path)]).toEqual([422, [path422]])
    }
    const other = await shopperWith(2_000)
    expect((await apply(other, code)).body.discountMinor).toBe(600)
    expect((await admin.request<Promotion>('POST', `${path}/end`)).body).toMatchObject({ state: 'ended' })
    expect((await cartOf(other)).promo?.problem?.code).toBe('promotions/ended')
    expect((await apply(await shopperWith(2_000), code)).body.code).toBe('promotions/ended')
    expect((await shop.auditedWith('promotionId', made.body.id)).map(entry => [entry.kind, entry.actorId !== null])).toEqual([['promotions.created', true], ['promotions.changed', true], ['promotions.ended', true]])
  })

  test('read them newest first, page by page, each once', async () => {
    const admin = await shop.admin()
    const made = await Promise.all([1, 2, 3].map(() => addPromotion(shop.database)))
    await until(() => admin.get<PromotionList>('/api/admin/promotions?limit=3'), ({ body }) => made.every(({ id }) => body.items.some(item => item.id === id)))
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null && seen.length < 200;) {
      const { body }: { body: PromotionList } = await admin.get<PromotionList>(`/api/admin/promotions?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items.map(item => item.id))
      cursor = body.nextCursor
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(made.every(({ id }) => seen.includes(id))).toBe(true)
  })
})

test('a form without JavaScript applies a code, is told what is wrong, and takes it out', async () => {
  const { code } = await addPromotion(shop.database)
  const one = await shopperWith(2_000)
  const post = async (body: string) => (await fetch(`${shop.url}/cart/promo`, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', 'cookie': one.cookie }, body })).headers.get('location')
  expect(await post('code=nonsense')).toBe('/cart?problem=promotions%2Funknown-code')
  expect(await post(`code=${code}`)).toBe('/cart')
  expect((await cartOf(one)).discountMinor).toBe(200)
  expect(await post('remove=1')).toBe('/cart')
  expect((await cartOf(one)).promo).toBeNull()
})

test('after all of that every promise about money and codes holds', async () => {
  expect(await brokenInvariants(shop.database, shop.sandboxUrl, { atRest: false })).toEqual({})
})
