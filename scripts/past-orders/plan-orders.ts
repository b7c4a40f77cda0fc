/**
 * What has been bought before a demo begins: the thirty days that the desk draws, with their weekends and evenings, and a few orders
 * of today. The same range gives the same orders; their times go with the clock.
 */
import { randomUUID } from 'node:crypto'
import { discountOn } from '../../shared/promotions.ts'
import type { Address, OrderStatus, ShippingMethodId, SoldLine } from '../../shared/schemas/orders.ts'
import { seededStream } from '../../sandbox/random.ts'
import { priceOrder } from '../../server/orders/index.ts'
import type { SellableVariant } from '../../server/products/index.ts'
import { cancelledAt, type Course, courseOf, type Fate, mendedAt, type Step, stepsUntil, wayBackOf } from './lives.ts'
import { addressOfDemoShopper, pastShoppers } from './shoppers.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const declineReason = 'Your card has insufficient funds.'

export interface PastReturn { id: string, lines: { variantId: string, quantity: number }[], reason: string, status: 'requested' | 'received' | 'rejected', restocked: boolean, refundMinor: number, requestedAt: Date, closedAt: Date | null }
export interface PastRefund { id: string, cause: 'cancelled' | 'partial' | 'returned', reason: string, amountMinor: number, requestedAt: Date, doneAt: Date, byAdmin: boolean }

export interface PastOrder extends ReturnType<typeof priceOrder> {
  id: string
  holdId: string
  ownerId: string
  email: string
  address: Address
  shippingMethod: ShippingMethodId
  promoCode: string | null
  lines: SoldLine[]
  course: Course
  steps: Step[]
  status: OrderStatus
  declineReason: string | null
  refund: PastRefund | null
  sentBack: PastReturn | null
}

export interface Past {
  now: Date
  /** When the shop's day began. */
  today: Date
  /** In an order that is the same in every shop. */
  variants: readonly SellableVariant[]
  demoShopper: { ownerId: string, email: string } | null
}

/** The cards of the gateway's test mode: one that pays, one that has nothing on it. */
export const paymentMethodOf = ({ declineReason }: PastOrder): string => declineReason === null ? 'pm_card_visa' : 'pm_card_chargeDeclinedInsufficientFunds'

interface Buyer { ownerId: string, email: string, address: Address }
interface Wish { placed: Date, buyer: Buyer, fate: Fate, course?: Course, code?: string }

/** Orders of a day of the week, Sunday first. */
const rhythm = [8, 5, 4, 5, 4, 6, 8]
/** Where in its day an order falls: lunch, and most of all the evening. */
const hours = [7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 20, 20, 21, 21, 21, 22, 22, 23]
/** By how many days ago it was, what becomes of one order of the day; by now it has come far enough for it. The others arrive. */
const fates: Readonly<Record<number, Fate>> = { 2: 'declined', 4: 'cancelled', 6: 'return-open', 7: 'declined', 8: 'return-open', 10: 'mended', 11: 'cancelled', 13: 'return-received', 15: 'return-rejected', 16: 'mended', 18: 'return-received', 19: 'cancelled', 20: 'declined', 22: 'return-received', 24: 'mended' }

export function planOrders(past: Past): PastOrder[] {
  const next = seededStream('past orders')
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!
  const buyers = pastShoppers.map(({ email, address }) => ({ ownerId: randomUUID(), email, address }))
  const shelf = favourites(past.variants, next)
  const wishes = [...earlier(past, buyers, next), ...ofToday(past, buyers), ...ofDemoShopper(past)]
  return wishes.toSorted((a, b) => a.placed.getTime() - b.placed.getTime()).map(wish => orderOf(wish, { now: past.now, shelf, next, pick }))
}

/** Thirty products that people like, the first ones most. */
function favourites(variants: readonly SellableVariant[], next: () => number): SellableVariant[][] {
  const bySlug = [...Map.groupBy(variants, variant => variant.slug).values()]
  return bySlug.map(product => ({ product, place: next() })).toSorted((a, b) => a.place - b.place).slice(0, 30).map(({ product }) => product)
}

function earlier({ today }: Past, buyers: readonly Buyer[], next: () => number): Wish[] {
  const days = Array.from({ length: 29 }, (_, index) => 29 - index)
  return days.flatMap((ago) => {
    const start = today.getTime() - ago * dayMs
    const count = rhythm[new Date(start + 12 * hourMs).getUTCDay()]! + Math.floor(next() * 3) - 1
    return Array.from({ length: count }, (_, index): Wish => ({
      placed: new Date(start + Math.floor((hours[Math.floor(next() * hours.length)]! + next()) * hourMs)),
      buyer: buyers[Math.floor(next() * buyers.length)]!,
      fate: (index === 1 && fates[ago]) || 'arrives',
      ...(index !== 1 && next() < 0.16 && { code: ['TENOFF', 'FIVER', 'POSTED'][Math.floor(next() * 3)]! }),
    }))
  })
}

/** Some in whatever has passed of today, so that its figures are never nil. */
function ofToday({ now, today }: Past, buyers: readonly Buyer[]): Wish[] {
  const passedMs = now.getTime() - today.getTime()
  const count = Math.min(8, 3 + Math.floor(passedMs / (4 * hourMs)))
  const wakeMs = passedMs > 10 * hourMs ? 6.5 * hourMs : 0
  return Array.from({ length: count }, (_, index) => ({
    placed: new Date(today.getTime() + wakeMs + Math.floor((passedMs - wakeMs) * (index + 0.6) / (count + 0.2))),
    buyer: buyers[(index * 7) % buyers.length]!,
    fate: 'arrives',
  }))
}

/** What her account shows: money and a thing that came back, a parcel that may still be returned and reviewed, one on its way, one being packed. */
function ofDemoShopper({ now, demoShopper }: Past): Wish[] {
  if (!demoShopper) return []
  const buyer = { ...demoShopper, address: addressOfDemoShopper }
  const before = (hours: number) => new Date(now.getTime() - hours * hourMs)
  const wish = (fate: Fate, course: Course): Wish => ({ placed: course.placed, buyer, fate, course })
  const paidAfter = (placed: Date) => new Date(placed.getTime() + 5_000)
  const course = (placed: number, packed: number, shipped: number, delivered: number): Course =>
    ({ placed: before(placed), paid: paidAfter(before(placed)), packed: before(packed), shipped: before(shipped), delivered: before(delivered) })
  return [
    wish('return-received', course(500, 492, 487, 455)),
    wish('arrives', course(150, 141, 136, 98)),
    wish('arrives', course(52, 44, 38, -9)),
    wish('arrives', course(19, 4, -6, -40)),
  ]
}

interface Circumstances { now: Date, shelf: SellableVariant[][], next: () => number, pick: <T>(from: readonly T[]) => T }

function orderOf({ placed, buyer, fate, course: given, code }: Wish, { now, shelf, next, pick }: Circumstances): PastOrder {
  // Who keeps a part has bought more than one thing.
  const wanted = fate === 'arrives' && !given ? pick([1, 1, 1, 2, 2, 3]) : 2
  const products = new Set(Array.from({ length: wanted }, () => Math.floor(next() ** 1.7 * shelf.length)))
  if (wanted > 1 && products.size === 1) products.add((products.values().next().value! + 1) % shelf.length)
  const lines = [...products].map((place) => {
    const { variantId, slug, name, sku, options, image, priceMinor } = pick(shelf[place]!)
    const quantity = next() < 0.15 ? 2 : 1
    return { variantId, slug, name, sku, options, image, quantity, unitPriceMinor: priceMinor, lineTotalMinor: priceMinor * quantity }
  })
  const subtotalMinor = lines.reduce((sum, line) => sum + line.lineTotalMinor, 0)
  const shippingMethod = given ? 'standard' : pick<ShippingMethodId>(['standard', 'standard', 'standard', 'standard', 'express', 'collect'])
  const promo = code ? worthOf(code, subtotalMinor) : null
  const amounts = priceOrder(subtotalMinor, shippingMethod, buyer.address.country, promo ?? undefined)
  const course = given ?? courseOf(placed, shippingMethod, next)
  const order = { id: randomUUID(), holdId: randomUUID(), ...buyer, shippingMethod, promoCode: promo ? code! : null, lines, ...amounts, course }
  const end = endOf(fate, course, lines, amounts.totalMinor, now, pick)
  return { ...order, ...end, status: end.steps.at(-1)!.status }
}

/** A code that these goods are too few for is left away. */
function worthOf(code: string, subtotalMinor: number) {
  if (code === 'FIVER' && subtotalMinor >= 4_000) return { discountMinor: 500, freeShipping: false }
  if (code === 'POSTED' && subtotalMinor >= 2_000) return { discountMinor: 0, freeShipping: true }
  return code === 'TENOFF' ? { discountMinor: discountOn(subtotalMinor, 'percentage', 10), freeShipping: false } : null
}

type End = Pick<PastOrder, 'steps' | 'declineReason' | 'refund' | 'sentBack'>

function endOf(fate: Fate, course: Course, lines: readonly SoldLine[], totalMinor: number, now: Date, pick: Circumstances['pick']): End {
  const way = stepsUntil(course, now)
  const end: End = { steps: way, declineReason: null, refund: null, sentBack: null }
  const refund = (cause: PastRefund['cause'], reason: string, amountMinor: number, requestedAt: Date, byAdmin = true): PastRefund =>
    ({ id: randomUUID(), cause, reason, amountMinor, requestedAt, doneAt: new Date(requestedAt.getTime() + 2_000), byAdmin })
  if (fate === 'arrives') return end
  if (fate === 'declined') return { ...end, declineReason, steps: [way[0]!, { type: 'order.payment-failed', status: 'payment-failed', cause: declineReason, at: course.paid }] }
  if (fate === 'cancelled') {
    const given = refund('cancelled', 'refunded to the card', totalMinor, cancelledAt(course), false)
    return { ...end, refund: given, steps: [...way.slice(0, 2),
      { type: 'order.cancelled', status: 'cancelled', cause: 'cancelled by the shopper', at: given.requestedAt },
      { type: 'order.refunded', status: 'refunded', cause: given.reason, at: given.doneAt, amountMinor: totalMinor }] }
  }
  if (fate === 'mended') {
    const given = refund('partial', pick(['The corner was dented; sorry.', 'One came with a chip; keep it for pens.', 'It went out two days late; our fault.']), Math.round(lines[0]!.unitPriceMinor / 3), mendedAt(course))
    return { ...end, refund: given, steps: [...way, { type: 'order.partly-refunded', status: 'delivered', cause: given.reason, at: given.doneAt, amountMinor: given.amountMinor }] }
  }

  const [{ variantId, quantity, lineTotalMinor }] = lines as [SoldLine]
  const { askedAt, closedAt } = wayBackOf(course)
  const status = fate === 'return-open' ? 'requested' : fate === 'return-received' ? 'received' : 'rejected'
  const sentBack: PastReturn = {
    id: randomUUID(), lines: [{ variantId, quantity }], status, restocked: status === 'received', requestedAt: askedAt, closedAt: status === 'requested' ? null : closedAt,
    reason: pick(['Smaller than I had pictured.', 'A present that she already has.', 'The colour does not suit the room.']),
    refundMinor: status === 'rejected' ? 0 : lineTotalMinor,
  }
  const step = (type: string, cause: string, at: Date, amountMinor?: number): Step => ({ type, status: 'delivered', cause, at, amountMinor, returnId: sentBack.id })
  const steps = [...way, step('order.return-requested', 'asked to send something back', askedAt, lineTotalMinor)]
  if (status === 'requested') return { ...end, sentBack, steps }
  if (status === 'rejected') return { ...end, sentBack, steps: [...steps, step('order.return-rejected', 'The parcel was empty but for its wrapping.', closedAt)] }
  const given = refund('returned', 'for what you sent back', lineTotalMinor, closedAt)
  return { ...end, sentBack, refund: given, steps: [...steps, step('order.return-received', 'your parcel came back', closedAt, lineTotalMinor),
    { type: 'order.partly-refunded', status: 'delivered', cause: given.reason, at: given.doneAt, amountMinor: lineTotalMinor }] }
}
