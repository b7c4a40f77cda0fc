import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { mails } from '../../server/notifications/db/tables.ts'
import { stock } from '../../server/products/db/tables.ts'
import { salesDaily } from '../../server/sales/db/tables.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { OrderReturn, Refund, ReturnList } from '../../shared/schemas/returns.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const stockOf = async (variantId: string) => (await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId))))[0]!
const read = async (one: TestShopper, id: string) => (await one.get<Order>(`/api/orders/${id}`)).body
const refund = (admin: TestShopper, id: string, amountMinor: number, { key = crypto.randomUUID(), reason = 'a chipped rim' }: { key?: string, reason?: string } = {}) =>
  admin.request<Maybe<Refund>>('POST', `/api/admin/orders/${id}/refunds`, { amountMinor, reason }, { 'idempotency-key': `"${key}"` })
const sendBack = (one: TestShopper, id: string, lines: { variantId: string, quantity: number }[], query = '') =>
  one.request<Maybe<OrderReturn>>('POST', `/api/orders/${id}/returns${query}`, { lines, reason: 'another colour' })
const receive = (admin: TestShopper, id: string, restock = true) => admin.request<Maybe<OrderReturn>>('POST', `/api/admin/returns/${id}/receive`, { restock })
const mailsAbout = (orderId: string, subject: string) => shop.database.fresh(db => db.select().from(mails).where(sql`${mails.body} like ${`%${orderId}%`} and ${mails.subject} like ${`${subject}%`} and ${mails.sentAt} is not null`))

/** Two of one thing at £20 and one at £30, with delivery free: £70. */
async function delivered(name: string) {
  const [mug] = await addProduct(shop.database, product(unique(`${name}-mug`), { priceMinor: 2_000, stock: 5 }))
  const [print] = await addProduct(shop.database, product(unique(`${name}-print`), { priceMinor: 3_000, stock: 5 }))
  const one = shop.shopper()
  await one.add(mug!, 2)
  await one.add(print!, 1)
  const { body: checkout } = await one.checkout()
  const { body: order } = await one.pay(checkout.id, { shippingMethod: 'express' })
  await shop.untilStatus(one, order.id, 'delivered')
  return { one, order, mug: mug!, print: print! }
}

describe('a partial refund', () => {
  test('goes back once under one key, is told with its own amount, and never exceeds what is left', async () => {
    const { one, order } = await delivered('refund')
    const admin = await shop.admin()
    const key = crypto.randomUUID()
    const answers = await Promise.all([refund(admin, order.id, 500, { key }), refund(admin, order.id, 500, { key }), refund(admin, order.id, 500, { key })])
    expect(answers.map(answer => answer.status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
    expect(answers.filter(answer => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(2)
    expect((await refund(admin, order.id, 600, { key })).body.code).toBe('orders/idempotency-key-reused')
    expect(await shop.auditedWith('refundId', answers[0]!.body.id)).toMatchObject([{ kind: 'orders.refund-requested', actorId: expect.any(String), detail: { orderId: order.id, amountMinor: 500 } }])
    const tooLarge = await refund(admin, order.id, order.totalMinor)
    expect([tooLarge.status, tooLarge.body.code]).toEqual([409, 'orders/refund-too-large'])
    expect((await refund(admin, order.id, 300)).status).toBe(201)

    const after = await until(() => read(one, order.id), body => body.refundedMinor === 800)
    expect(after.status).toBe('delivered')
    expect(after.events.filter(event => event.type === 'order.partly-refunded').map(event => [event.detail?.amountMinor, event.cause]).toSorted()).toEqual([['300', 'a chipped rim'], ['500', 'a chipped rim']])
    expect(await shop.ledger(order.id)).toMatchObject([{ capturedMinor: order.totalMinor, refundedMinor: 800 }])
    const sent = await until(() => mailsAbout(order.id, 'Some of your money'), rows => rows.length === 2)
    expect(sent.map(mail => /£[\d.]+ goes back/.exec(mail.body)![0]).toSorted()).toEqual(['£3.00 goes back', '£5.00 goes back'])

    // The rest ends the order.
    expect((await refund(admin, order.id, order.totalMinor - 800)).status).toBe(201)
    const { body: refunded } = await shop.untilStatus(one, order.id, 'refunded')
    expect(refunded.refundedMinor).toBe(order.totalMinor)
    const [last] = await until(() => mailsAbout(order.id, 'Your money is on its way back'), rows => rows.length === 1)
    expect(last!.body).toContain(`£${((order.totalMinor - 800) / 100).toFixed(2)} goes back`)
    expect((await refund(admin, order.id, 1)).body.code).toBe('orders/refund-too-large')
  })

  test('is counted once in the day\'s figures, each with its own amount', async () => {
    const { order } = await delivered('figures')
    const figures = async () => (await shop.database.fresh(db => db.select().from(salesDaily).where(eq(salesDaily.day, order.placedAt.slice(0, 10)))))[0]!.refundedMinor
    const before = await figures()
    const admin = await shop.admin()
    await refund(admin, order.id, 111)
    await refund(admin, order.id, 222)
    await until(figures, value => value === before + 333)
    await refund(admin, order.id, order.totalMinor - 333)
    expect(await until(figures, value => value === before + order.totalMinor)).toBe(before + order.totalMinor)
  })

  test('of everything is a cancellation while the order has not left', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const [variantId] = await addProduct(shop.database, product(unique('not-left')))
    const { body: order } = await shop.shopper().buy(variantId!)
    const admin = await shop.admin()
    const all = await refund(admin, order.id, order.totalMinor)
    expect([all.status, all.body.code]).toEqual([409, 'orders/cancel-instead'])
    expect((await refund(admin, order.id, 100)).status).toBe(201)
    expect((await refund(admin, order.id, order.totalMinor - 100)).body.code).toBe('orders/cancel-instead')
  })

  test('of an order that was never paid is refused, and nobody but an admin may send any', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('unpaid')))
    const one = shop.shopper()
    await one.add(variantId!)
    const { body: checkout } = await one.checkout()
    await one.pay(checkout.id, { paymentMethod: 'pm_card_chargeDeclined' })
    const { body: { items } } = await one.get<{ items: { id: string }[] }>('/api/orders')
    const admin = await shop.admin()
    const unpaid = await refund(admin, items[0]!.id, 100)
    expect([unpaid.status, unpaid.body.code]).toEqual([409, 'orders/not-paid'])
    expect((await refund(admin, crypto.randomUUID(), 100)).status).toBe(404)
    expect((await refund(one, items[0]!.id, 100)).status).toBe(401)
    const nosy = shop.shopper()
    await nosy.request('POST', '/api/auth/register', { email: `${unique('nosy')}@example.com`, password: 'a long password', name: 'Nosy' })
    expect((await refund(nosy, items[0]!.id, 100)).status).toBe(403)
    expect((await nosy.get('/api/admin/returns')).status).toBe(403)
  })
})

describe('sending things back', () => {
  test('what comes back is on the shelf, paid back and told, once, though two admins click at the same time', async () => {
    const { one, order, mug, print } = await delivered('return')
    expect((await read(one, order.id)).returnable).toEqual([{ variantId: mug, quantity: 2 }, { variantId: print, quantity: 1 }])
    const first = await sendBack(one, order.id, [{ variantId: mug, quantity: 1 }])
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ status: 'requested', refundMinor: 2_000, closedAt: null })
    const open = await read(one, order.id)
    expect([open.returns.length, open.returnable]).toEqual([1, [{ variantId: print, quantity: 1 }]])
    expect((await sendBack(one, order.id, [{ variantId: mug, quantity: 1 }])).body.code).toBe('orders/return-open')

    const admins = [await shop.admin(), await shop.admin()]
    const { body: list } = await admins[0]!.get<ReturnList>('/api/admin/returns?status=requested&limit=100')
    expect(list.items.find(item => item.id === first.body.id)).toMatchObject({ orderNumber: order.number, reason: 'another colour', lines: [{ variantId: mug, quantity: 1, options: { Colour: 'Salt' } }] })
    const clicks = await Promise.all(admins.map(admin => receive(admin, first.body.id)))
    expect(clicks.map(answer => answer.status).toSorted()).toEqual([200, 409])
    expect(clicks.find(answer => answer.status === 409)!.body.code).toBe('orders/return-closed')
    expect((await admins[0]!.request<Maybe<OrderReturn>>('POST', `/api/admin/returns/${first.body.id}/reject`, { reason: 'empty' })).status).toBe(409)
    expect(await shop.auditedWith('returnId', first.body.id)).toMatchObject([{ kind: 'orders.return-received', detail: { refundMinor: 2_000 } }])
    await expect.poll(() => stockOf(mug)).toMatchObject({ received: 5, onHand: 4, sold: 2, restocked: 1, reserved: 0 })
    await until(() => read(one, order.id), body => body.refundedMinor === 2_000)
    expect((await until(() => mailsAbout(order.id, 'Your parcel is back'), rows => rows.length > 0)).map(mail => /£[\d.]+/.exec(mail.body)![0])).toEqual(['£20.00'])

    // The rest: the delivery goes back with it, and what is broken does not go on the shelf.
    const rest = await sendBack(one, order.id, [{ variantId: mug, quantity: 1 }, { variantId: print, quantity: 1 }])
    expect(rest.body.refundMinor).toBe(order.totalMinor - 2_000)
    expect((await receive(admins[1]!, rest.body.id, false)).status).toBe(200)
    const { body: refunded } = await shop.untilStatus(one, order.id, 'refunded')
    expect(refunded.events.map(event => event.type).slice(5)).toEqual(['order.return-requested', 'order.return-received', 'order.partly-refunded', 'order.return-requested', 'order.return-received', 'order.refunded'])
    expect(refunded.returns.map(one => one.status)).toEqual(['received', 'received'])
    expect(await stockOf(mug)).toMatchObject({ onHand: 4, restocked: 1 })
    expect(await stockOf(print)).toMatchObject({ onHand: 4, restocked: 0 })
    expect(await shop.ledger(order.id)).toMatchObject([{ capturedMinor: order.totalMinor, refundedMinor: order.totalMinor }])
    expect((await sendBack(one, order.id, [{ variantId: mug, quantity: 1 }])).body.code).toBe('orders/not-returnable')
  })

  test('a double click is one return', async () => {
    const { one, order, mug } = await delivered('twice')
    const answers = await Promise.all([1, 2, 3].map(() => sendBack(one, order.id, [{ variantId: mug, quantity: 1 }])))
    expect(answers.map(answer => answer.status).toSorted()).toEqual([201, 409, 409])
  })

  test('what is not taken back is told with the reason, and may be announced again', async () => {
    const { one, order, mug } = await delivered('rejected')
    const admin = await shop.admin()
    const { body } = await sendBack(one, order.id, [{ variantId: mug, quantity: 2 }])
    expect((await admin.request('POST', `/api/admin/returns/${body.id}/reject`, { reason: 'The parcel was empty.' })).status).toBe(200)
    const after = await read(one, order.id)
    expect([after.refundedMinor, after.returns[0]?.status, after.events.at(-1)?.cause]).toEqual([0, 'rejected', 'The parcel was empty.'])
    const [mail] = await until(() => mailsAbout(order.id, 'About what you sent back'), rows => rows.length === 1)
    expect(mail!.body).toContain('The parcel was empty.')
    expect((await sendBack(one, order.id, [{ variantId: mug, quantity: 2 }])).status).toBe(201)
  })

  test('a guest may by the link of the confirmation; a stranger may not; and not for more, for other things, or too late', async () => {
    const { order, mug, print } = await delivered('guest')
    const stranger = shop.shopper()
    expect((await sendBack(stranger, order.id, [{ variantId: mug, quantity: 1 }])).status).toBe(404)
    const query = `?token=${order.token}`
    const tooMuch = await sendBack(stranger, order.id, [{ variantId: mug, quantity: 3 }], query)
    expect([tooMuch.status, tooMuch.body.code, tooMuch.body.errors?.[0]?.path]).toEqual([409, 'orders/return-too-much', 'lines.0.quantity'])
    expect((await sendBack(stranger, order.id, [{ variantId: crypto.randomUUID(), quantity: 1 }], query)).body.code).toBe('orders/return-too-much')
    expect((await sendBack(stranger, order.id, [{ variantId: mug.toUpperCase(), quantity: 1 }], query)).status).toBe(201)
    await shop.database.fresh(db => db.execute(sql`update order_events set at = at - interval '30 days' where order_id = ${order.id} and type = 'order.delivered'`))
    // The event of a step is as old as the step.
    await shop.database.fresh(db => db.execute(sql`update outbox set created_at = created_at - interval '30 days' where subject = ${order.id} and type = 'order.delivered'`))
    expect((await sendBack(stranger, order.id, [{ variantId: print, quantity: 1 }], query)).body.code).toBe('orders/return-too-late')
    expect((await stranger.get<Order>(`/api/orders/${order.id}${query}`)).body).toMatchObject({ returnable: [], returnableUntil: null })
  })

  test('what has not arrived cannot come back', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const [variantId] = await addProduct(shop.database, product(unique('early')))
    const one = shop.shopper()
    const { body: order } = await one.buy(variantId!)
    expect((await sendBack(one, order.id, [{ variantId: variantId!, quantity: 1 }])).body.code).toBe('orders/not-returnable')
  })

  test('money that went back meanwhile makes a return worth less, never more than what is left', async () => {
    const { one, order, mug, print } = await delivered('capped')
    const admin = await shop.admin()
    const { body } = await sendBack(one, order.id, [{ variantId: mug, quantity: 2 }, { variantId: print, quantity: 1 }])
    expect(body.refundMinor).toBe(order.totalMinor)
    await refund(admin, order.id, 1_000)
    expect((await receive(admin, body.id)).body.refundMinor).toBe(order.totalMinor - 1_000)
    await shop.untilStatus(one, order.id, 'refunded')
    expect(await shop.ledger(order.id)).toMatchObject([{ refundedMinor: order.totalMinor }])
  })

  test('afterwards nothing is broken', async () => {
    await until(() => brokenInvariants(shop.database, shop.sandboxUrl), broken => Object.keys(broken).length === 0, { everyMs: 500 })
  })
})
