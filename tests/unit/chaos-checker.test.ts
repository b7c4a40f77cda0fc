import { describe, expect, test } from 'vitest'
import { check } from '../chaos/checker.ts'
import type { Entry, FaultRecord, Outcome } from '../chaos/journal.ts'
import type { World } from '../chaos/world.ts'

const line = { variantId: 'mug', quantity: 2, unitPriceMinor: 1_000 }
const told = { id: 'order-1', number: 'MS-1', totalMinor: 2_000, lines: [line] }
const answer = (status: number, about: object = {}): Outcome => ({ kind: 'answer', status, told: about })
const entry = (op: Entry['op'], outcome: Outcome, about: Partial<Entry> = {}): Entry => ({ op, outcome, shopper: 'ada', session: 'session-1', web: 0, startMs: 1, endMs: 2, ...about })
const pay = (outcome: Outcome, about: Partial<Entry> = {}) => entry('pay', outcome, { key: 'key-1', checkoutId: 'checkout-1', ...about })

/** One order that was put into the cart, paid, sent and read again. */
function aDay(): { entries: Entry[], faults: FaultRecord[], world: World } {
  const steps = ['pending', 'paid', 'fulfilling', 'shipped', 'delivered'].map((status, index) => ({ id: String(index + 1), status }))
  const news = [{ eventId: 'e-paid', orderId: 'order-1', type: 'order.paid' }, { eventId: 'e-shipped', orderId: 'order-1', type: 'order.shipped' }]
  const copy = { recipient: 'ada@example.com', atMs: 5_000, answerDropped: false }
  return {
    entries: [
      entry('add', answer(200), { variantId: 'mug', quantity: 2 }),
      entry('checkout', answer(201, { id: 'checkout-1' })),
      pay(answer(201, told)),
      entry('last-look', answer(200, told), { orderId: 'order-1' }),
    ],
    faults: [],
    world: {
      orders: [{ id: 'order-1', number: 'MS-1', ownerId: 'ada', checkoutId: 'checkout-1', status: 'delivered', email: 'ada@example.com', totalMinor: 2_000, refundedMinor: 0, lines: [line], steps }],
      keys: [{ ownerId: 'ada', key: 'key-1', orderId: 'order-1' }],
      owners: { 'session-1': 'ada' },
      checkouts: ['checkout-1'],
      carts: [],
      movements: [{ variantId: 'mug', kind: 'received', quantity: 3, reference: 'delivery' }, { variantId: 'mug', kind: 'held', quantity: 2, reference: 'checkout-1' }, { variantId: 'mug', kind: 'sold', quantity: 2, reference: 'checkout-1' }],
      news,
      missingEffects: [],
      deadLetters: 0,
      sales: { orders: 1, revenueMinor: 2_000, refundedMinor: 0 },
      intents: [{ intent: 'pi_1', orderId: 'order-1', capturedMinor: 2_000, refundedMinor: 0, heldMinor: 0 }],
      parcels: [{ id: 'parcel-1', orderId: 'order-1', status: 'delivered' }],
      copies: [{ ...copy, messageId: '<e-paid@shop>', subject: 'We have it · MS-1' }, { ...copy, messageId: '<e-shipped@shop>', subject: 'It is on its way · MS-1' }],
      samples: { taken: 10, broken: 0, evidence: [] },
      broken: {},
    },
  }
}

type Day = ReturnType<typeof aDay>
function violationsOf(change: (day: Day) => void): Record<string, number> {
  const day = aDay()
  change(day)
  return Object.fromEntries(Object.entries(check(day, day.world).violations).filter(([, count]) => count > 0))
}
const order = (day: Day) => day.world.orders[0]!
function becomes(day: Day, ...statuses: string[]) {
  order(day).steps = statuses.map((status, index) => ({ id: String(index + 1), status }))
  order(day).status = statuses.at(-1)!
}

describe('the checker', () => {
  test('finds nothing where nothing is wrong, and counts what happened', () => {
    const day = aDay()
    const { figures, violations, evidence } = check(day, day.world)
    expect(Object.values(violations).every(count => count === 0)).toBe(true)
    expect(Object.keys(violations).length).toBeGreaterThan(30)
    expect(evidence).toEqual([])
    expect(figures).toMatchObject({ 'requests': 4, 'answers': 4, 'unknown outcomes': 0, 'orders accepted (201)': 1, 'mails': 2 })
  })

  test.each<[string, (day: Day) => void, ...string[]]>([
    ['an order that is lost', day => void day.world.orders.pop(), 'lost: orders answered 201 that are not there, or are not paid', 'money: charges without an order', 'effects: sales figures that do not fit the orders', 'lost: things that were put into a cart', 'effects: mails to somebody else'],
    ['an accepted order that is not paid', day => becomes(day, 'pending', 'payment-failed'), 'lost: orders answered 201 that are not there, or are not paid'],
    ['another total', day => void (order(day).totalMinor = 1_900), 'lost: orders with another total, line or number than was answered'],
    ['another line', day => void (order(day).lines = [{ ...line, variantId: 'cup' }]), 'lost: orders with another total, line or number than was answered'],
    ['another owner', day => void (order(day).ownerId = 'eve'), 'lost: orders that belong to somebody else'],
    ['an order that its owner cannot read', day => void (day.entries.at(-1)!.outcome = answer(404)), 'lost: accepted orders that their owner cannot read as they were'],
    ['two orders for one key', day => void day.entries.push(pay(answer(201, { ...told, id: 'order-2' }))), 'duplicated: orders for one key'],
    ['two orders for one checkout', day => void day.world.orders.push({ ...order(day), id: 'order-2' }), 'duplicated: orders for one checkout'],
    ['a double charge', day => void day.world.intents.push({ ...day.world.intents[0]!, intent: 'pi_2' }), 'duplicated: charges for one order', 'money: refunds that the gateway has otherwise'],
    ['a charge after a refusal', (day) => {
      day.entries[2]!.outcome = answer(402)
      becomes(day, 'pending', 'payment-failed')
    }, 'contradiction: refused, and charged', 'money: an order that was never paid, and was charged'],
    ['an order although the answer was that there is none', day => void (day.entries[2]!.outcome = answer(409, { code: 'orders/checkout-expired' })), 'contradiction: told that nothing was placed, and it was'],
    ['two answers to one purchase', day => void day.entries.push(pay(answer(402))), 'contradiction: two different answers to one purchase', 'contradiction: refused, and charged'],
    ['a charge for no order at all', day => void day.world.intents.push({ intent: 'pi_2', orderId: null, capturedMinor: 500, refundedMinor: 0, heldMinor: 0 }), 'money: charges without an order'],
    ['money that is held for nothing', day => void (day.world.intents[0]!.heldMinor = 5), 'money: held on a card for nothing'],
    ['a paid order without a charge', day => void day.world.intents.pop(), 'money: a paid order that was not charged exactly'],
    ['a refund that never reached the card', (day) => {
      order(day).refundedMinor = 2_000
      becomes(day, 'pending', 'paid', 'cancelled', 'refunded')
    }, 'money: refunds that the gateway has otherwise'],
    ['a paid order that was forgotten', day => becomes(day, 'pending', 'paid'), 'unfinished: orders that never came to an end'],
    ['stock that was oversold', day => void (day.world.movements[0]!.quantity = 1), 'oversold: more was sold than had come in'],
    ['a snapshot that does not add up', day => void (day.world.samples = { taken: 9, broken: 1, evidence: ['{"unbalanced":1}'] }), 'oversold: snapshots of the stock that do not add up'],
    ['stock that was taken twice', day => void day.world.movements.push({ ...day.world.movements[2]! }), 'duplicated: stock movements of one order'],
    ['stock that was never taken', day => void day.world.movements.pop(), 'effects: stock of an order that was not booked'],
    ['two parcels', day => void day.world.parcels.push({ ...day.world.parcels[0]!, id: 'parcel-2' }), 'duplicated: shipments of one order'],
    ['no parcel', day => void day.world.parcels.pop(), 'effects: a paid order that did not travel'],
    ['a parcel of a cancelled order', day => becomes(day, 'pending', 'paid', 'cancelled', 'refunded'), 'effects: a parcel that nobody paid'],
    ['a mail that never came', day => void (day.world.copies = day.world.copies.slice(1)), 'effects: mails that never came'],
    ['a mail to somebody else', day => void (order(day).email = 'eve@example.com'), 'effects: mails to somebody else'],
    ['two mails for one piece of news', day => void (day.world.copies = [...day.world.copies, { ...day.world.copies[0]!, messageId: '<other@shop>' }]), 'duplicated: mails with different Message-IDs for one piece of news'],
    ['a second copy without a reason', day => void (day.world.copies = [...day.world.copies, { ...day.world.copies[0]!, atMs: 6_000 }]), 'duplicated: copies of a mail though nothing had failed'],
    ['an effect that is missing', day => void day.world.missingEffects.push({ eventId: 'e-paid', type: 'order.paid', effect: 'sales-figures' }), 'effects: missing'],
    ['a dead letter', day => void (day.world.deadLetters = 1), 'effects: given up (dead letters)'],
    ['figures that counted twice', day => void (day.world.sales.orders = 2), 'effects: sales figures that do not fit the orders'],
    ['a checkout that is lost', day => void day.world.checkouts.pop(), 'lost: accepted checkouts that are not there'],
    ['a cart that lost something', day => void (day.entries[0]!.quantity = 3), 'lost: things that were put into a cart'],
    ['a cancellation that did not happen', day => void day.entries.push(entry('cancel', answer(200, told), { orderId: 'order-1' })), 'contradiction: cancelled, and not cancelled'],
    ['an order read with another total', day => void day.entries.push(entry('read-order', answer(200, { ...told, totalMinor: 1 }), { orderId: 'order-1' })), 'contradiction: an order read otherwise than it is'],
    ['a step that was told and did not happen', day => void day.entries.push(entry('follow', answer(200, { id: 'order-1', steps: [{ id: '9', status: 'refunded' }] }), { orderId: 'order-1' })), 'contradiction: steps were told that did not happen'],
    ['a step that was told twice', day => void day.entries.push(entry('follow', answer(200, { id: 'order-1', steps: [order(day).steps[0]!, order(day).steps[0]!] }), { orderId: 'order-1' })), 'contradiction: steps were told twice or out of order'],
    ['another body taken under the same key', day => void day.entries.push(entry('pay-other-body', answer(201, told), { key: 'key-1' })), 'contradiction: another body under a known key was taken'],
    ['an answer with status 500', day => void day.entries.push(entry('list', { kind: 'unknown', why: 'status 500' })), 'answers with status 500'],
    ['a broken invariant', day => void (day.world.broken = { 'orders charged twice': 1 }), 'invariant: orders charged twice'],
  ])('counts %s', (_, change, ...names) => {
    const found = violationsOf(change)
    for (const name of names) expect(found).toHaveProperty([name])
  })

  test('resolves unknown outcomes by what is there', () => {
    const day = aDay()
    day.entries[2]!.outcome = { kind: 'unknown', why: 'ECONNRESET' }
    expect(check(day, day.world).figures).toMatchObject({ 'purchases of unknown outcome: order is there': 1 })
    day.entries[2]!.key = 'another key'
    expect(check(day, day.world).figures).toMatchObject({ 'purchases of unknown outcome: nothing is there': 1 })
  })

  test('allows a second copy of a mail where an answer was dropped, or a worker died in between', () => {
    const twice = (day: Day) => void (day.world.copies = [...day.world.copies, { ...day.world.copies[0]!, atMs: 9_000 }])
    expect(violationsOf((day) => {
      twice(day)
      day.world.copies[0]!.answerDropped = true
    })).toEqual({})
    expect(violationsOf((day) => {
      twice(day)
      day.faults.push({ name: 'kill -9 worker-0', target: 'worker-0', how: 'kill', fromMs: 5_500, toMs: 8_000 })
    })).toEqual({})
  })

  test('counts a 202 that was paid later as accepted later', () => {
    const day = aDay()
    day.entries[2]!.outcome = answer(202, told)
    expect(check(day, day.world).figures).toMatchObject({ 'orders accepted later (202, then paid)': 1 })
  })
})
