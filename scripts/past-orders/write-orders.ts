/**
 * Past orders with everything that they leave behind, as if the shop had taken, sent and mended them itself: in one transaction, a
 * statement a table. What they took from the shelf was delivered before, so that the shelf stays as it is.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { sql, type SQL } from 'drizzle-orm'
import { composeMail, mailedNews } from '../../server/notifications/index.ts'
import type { OrderSnapshot } from '../../server/orders/index.ts'
import type { Transaction } from '../../server/platform/db/connect.ts'
import { identitiesOf } from '../../server/promotions/index.ts'
import { type PastOrder, paymentMethodOf } from './plan-orders.ts'
import type { Remembered } from './tell-outside.ts'

/** Who hears of what, by the subscribers' names; a test holds it against those that run. */
const heardBy: Readonly<Record<string, readonly string[]>> = {
  'order.paid': ['stock-ledger', 'notifications', 'fulfilment', 'sales-figures'],
  'order.cancelled': ['stock-ledger'],
  'order.shipped': ['notifications'],
  'order.refunded': ['notifications', 'sales-figures'],
  'order.partly-refunded': ['notifications', 'sales-figures'],
  'order.return-received': ['notifications'],
  'order.return-rejected': ['notifications'],
  'shipment.created': ['order-progress'],
  'shipment.shipped': ['order-progress'],
  'shipment.delivered': ['order-progress'],
  'refund.requested': ['refunds'],
}

export interface WriteContext {
  /** Where the links in the mails lead. */
  publicUrl: string
  adminId: string | null
  /** Asks the gateway and the carrier to keep what they had to do with it; they answer with their ids. */
  tellOutside: (orders: readonly PastOrder[]) => Promise<Remembered>
}

interface News { eventId: string, type: string, orderId: string, at: Date, payload: object }

const wasPaid = ({ status }: PastOrder) => status !== 'payment-failed'
const isStopped = ({ refund }: PastOrder) => refund?.cause === 'cancelled'
const unitsOf = (lines: readonly { quantity: number }[]) => lines.reduce((sum, line) => sum + line.quantity, 0)

/** Ends with the outside world: what fails there leaves nothing here. */
export async function writeOrders(tx: Transaction, orders: readonly PastOrder[], { publicUrl, adminId, tellOutside }: WriteContext): Promise<void> {
  const { rows: numbered } = await tx.execute<{ number: string }>(sql`select 'MS-' || nextval('order_numbers') as number from generate_series(1, ${orders.length}::int)`)
  const numbers = new Map(orders.map(({ id }, index) => [id, numbered[index]!.number]))
  const { intents, parcels } = await tellOutside(orders)
  const trackingOf = ({ id }: PastOrder) => parcels[id]?.trackingNumber ?? null
  const news = orders.flatMap(order => newsOf(order, numbers.get(order.id)!, trackingOf(order))).toSorted((a, b) => a.at.getTime() - b.at.getTime())

  await insert(tx, 'stock_holds', 'id uuid, status text, expires_at timestamptz, created_at timestamptz', orders.map(({ holdId, course, status, ...order }) => ({
    id: holdId, status: status === 'payment-failed' ? 'released' : order.refund?.cause === 'cancelled' ? 'returned' : 'sold', expires_at: minutesAfter(course.placed, 15), created_at: course.placed,
  })))
  await insert(tx, 'stock_hold_lines', 'hold_id uuid, variant_id uuid, quantity int', orders.flatMap(({ holdId, lines }) => lines.map(({ variantId, quantity }) => ({ hold_id: holdId, variant_id: variantId, quantity }))))
  await writeShelf(tx, orders)
  await insert(tx, 'checkouts', 'id uuid, owner_id uuid, status text, lines jsonb, subtotal_minor int, currency text, expires_at timestamptz, created_at timestamptz', orders.map(order => ({
    id: order.holdId, owner_id: order.ownerId, status: 'ordered', lines: order.lines, subtotal_minor: order.subtotalMinor, currency: 'GBP', expires_at: minutesAfter(order.course.placed, 15), created_at: order.course.placed,
  })))
  await insert(tx, 'orders', 'id uuid, number text, owner_id uuid, access_token text, checkout_id uuid, status text, email text, address jsonb, shipping_method text, subtotal_minor int, promo_code text, discount_minor int, shipping_minor int, tax_minor int, total_minor int, refunded_minor int, currency text, tracking_number text, placed_at timestamptz', orders.map(order => ({
    id: order.id, number: numbers.get(order.id), owner_id: order.ownerId, access_token: randomBytes(32).toString('base64url'), checkout_id: order.holdId, status: order.status, email: order.email, address: order.address,
    shipping_method: order.shippingMethod, subtotal_minor: order.subtotalMinor, promo_code: order.promoCode, discount_minor: order.discountMinor, shipping_minor: order.shippingMinor, tax_minor: order.taxMinor,
    total_minor: order.totalMinor, refunded_minor: order.refund?.amountMinor ?? 0, currency: 'GBP', tracking_number: isPacked(order) ? trackingOf(order) : null, placed_at: order.course.placed,
  })))
  await insert(tx, 'order_lines', 'order_id uuid, position int, line jsonb', orders.flatMap(({ id, lines }) => lines.map((line, position) => ({ order_id: id, position, line }))))
  await insert(tx, 'order_events', 'order_id uuid, type text, status text, cause text, detail jsonb, at timestamptz', orders.flatMap(({ id, steps }) => steps.map(({ type, status, cause, at, amountMinor, returnId }) => ({
    order_id: id, type, status, cause, at, detail: amountMinor || returnId ? { ...(returnId && { returnId }), ...(amountMinor && { amountMinor: String(amountMinor) }) } : null,
  }))).toSorted((a, b) => a.at.getTime() - b.at.getTime()))
  await insert(tx, 'payments', 'order_id uuid, state text, intent_id text, payment_method text, amount_minor int, currency text, refunded_minor int, decline_reason text, created_at timestamptz, updated_at timestamptz', orders.map(order => ({
    order_id: order.id, state: wasPaid(order) ? 'captured' : 'declined', intent_id: intents[order.id], payment_method: paymentMethodOf(order), amount_minor: order.totalMinor, currency: 'GBP',
    refunded_minor: order.refund?.amountMinor ?? 0, decline_reason: order.declineReason, created_at: order.course.placed, updated_at: order.refund?.doneAt ?? order.course.paid,
  })))
  await insert(tx, 'refunds', 'id uuid, order_id uuid, amount_minor int, currency text, cause text, reason text, state text, requested_by uuid, created_at timestamptz, done_at timestamptz', orders.flatMap(({ id, refund }) => refund
    ? [{ id: refund.id, order_id: id, amount_minor: refund.amountMinor, currency: 'GBP', cause: refund.cause, reason: refund.reason, state: 'done', requested_by: refund.byAdmin ? adminId : null, created_at: refund.requestedAt, done_at: refund.doneAt }]
    : []))
  await insert(tx, 'returns', 'id uuid, order_id uuid, lines jsonb, reason text, status text, restocked boolean, refund_minor int, requested_at timestamptz, closed_at timestamptz, closed_by uuid', orders.flatMap(({ id, sentBack }) => sentBack
    ? [{ id: sentBack.id, order_id: id, lines: sentBack.lines, reason: sentBack.reason, status: sentBack.status, restocked: sentBack.restocked, refund_minor: sentBack.refundMinor, requested_at: sentBack.requestedAt, closed_at: sentBack.closedAt, closed_by: sentBack.closedAt && adminId }]
    : []))
  await insert(tx, 'shipments', 'order_id uuid, status text, carrier_id text, tracking_number text, created_at timestamptz', orders.filter(wasPaid).map(order => ({
    order_id: order.id, status: isStopped(order) ? 'cancelled' : parcelStatusOf(order), carrier_id: parcels[order.id]?.id ?? null, tracking_number: trackingOf(order), created_at: order.course.paid,
  })))
  await writeNews(tx, news, publicUrl)
  await writeCodes(tx, orders)
  await tx.execute(sql`
    insert into sales_daily (day, orders, units, revenue_minor, refunded_minor)
    select * from jsonb_to_recordset(${JSON.stringify([...Map.groupBy(orders.filter(wasPaid), order => order.course.placed.toISOString().slice(0, 10))].map(([day, sold]) => ({
      day, orders: sold.length, units: unitsOf(sold.flatMap(order => order.lines)), revenue_minor: sum(sold, order => order.totalMinor), refunded_minor: sum(sold, order => order.refund?.amountMinor ?? 0),
    })))}::jsonb) as s(day date, orders int, units int, revenue_minor bigint, refunded_minor bigint)`)
}

const sum = <T>(things: readonly T[], of: (thing: T) => number) => things.reduce((total, thing) => total + of(thing), 0)
const minutesAfter = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000)
const isPacked = ({ steps }: PastOrder) => steps.some(step => step.type === 'order.fulfilling')

function parcelStatusOf({ status }: PastOrder) {
  return status === 'paid' || status === 'fulfilling' ? 'created' : status === 'shipped' ? 'shipped' : 'delivered'
}

/** @param columns names with their types, as the statement needs them; they come from this file alone */
async function insert(tx: Transaction, table: string, columns: string, rows: readonly object[]): Promise<void> {
  const names: SQL = sql.raw(columns.replaceAll(/(\w+) \w+/g, '$1'))
  await tx.execute(sql`insert into ${sql.raw(table)} (${names}) select ${names} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(${sql.raw(columns)})`)
}

/** The ledger of the shelf; what was sold had come a week before the first order, and so had all that is there. */
async function writeShelf(tx: Transaction, orders: readonly PastOrder[]): Promise<void> {
  const moves = orders.flatMap((order) => {
    const move = (kind: string, at: Date, reference = order.holdId, lines: readonly { variantId: string, quantity: number }[] = order.lines) =>
      lines.map(({ variantId, quantity }) => ({ variant_id: variantId, kind, quantity, reference, at }))
    const held = move('held', order.course.placed)
    if (!wasPaid(order)) return [...held, ...move('released', order.course.paid)]
    const sold = [...held, ...move('sold', order.course.paid)]
    if (isStopped(order)) return [...sold, ...move('restocked', order.refund!.requestedAt)]
    return order.sentBack?.restocked ? [...sold, ...move('restocked', order.sentBack.closedAt!, `return:${order.sentBack.id}`, order.sentBack.lines)] : sold
  }).toSorted((a, b) => a.at.getTime() - b.at.getTime())
  const before = new Date(orders[0]!.course.placed.getTime() - 7 * 86_400_000).toISOString()
  await tx.execute(sql`update stock_movements set at = least(at, ${before}::timestamptz)`)
  await insert(tx, 'stock_movements', 'variant_id uuid, kind text, quantity int, reference text, at timestamptz', moves)
  const reference = `delivery-${randomUUID()}`
  await tx.execute(sql`
    with moved as (
      select variant_id, coalesce(sum(quantity) filter (where kind = 'sold'), 0)::int as sold, coalesce(sum(quantity) filter (where kind = 'restocked'), 0)::int as back
      from stock_movements group by 1 having bool_or(kind = 'sold')),
    delivered as (
      insert into stock_movements (variant_id, kind, quantity, reference, at)
      select variant_id, 'received', sold - back, ${reference}, ${before}::timestamptz from moved where sold > back)
    update stock s set sold = m.sold, restocked = m.back, received = s.received + m.sold - m.back from moved m where m.variant_id = s.variant_id`)
  await tx.execute(sql`
    update products p set sold_count = p.sold_count + sold.units
    from (select product_id, sum(sold)::int as units from stock group by 1 having sum(sold) > 0) sold where p.id = sold.product_id`)
}

function newsOf(order: PastOrder, number: string, trackingNumber: string | null): News[] {
  const { id: orderId, lines, course, steps, refund } = order
  const about = (type: string, at: Date, payload: object): News => ({ eventId: randomUUID(), type, orderId, at, payload: { orderId, ...payload } })
  const told = steps.map((step): News => {
    const snapshot: OrderSnapshot = {
      orderId, number, status: step.status, holdId: order.holdId, email: order.email, address: order.address, shippingMethod: order.shippingMethod, lines,
      promoCode: order.promoCode, discountMinor: order.discountMinor, totalMinor: order.totalMinor, refundedMinor: refund && step.at >= refund.doneAt ? refund.amountMinor : 0, currency: 'GBP',
      trackingNumber: isPacked(order) && step.at >= course.packed ? trackingNumber : null, placedAt: course.placed.toISOString(), cause: step.cause, ...(step.amountMinor && { amountMinor: step.amountMinor }),
    }
    return about(step.type, step.at, snapshot)
  })
  const carried = steps.flatMap(({ type, at }) => {
    const news = { 'order.fulfilling': 'shipment.created', 'order.shipped': 'shipment.shipped', 'order.delivered': 'shipment.delivered' }[type]
    return news ? [about(news, at, { trackingNumber })] : []
  })
  return [...told, ...carried, ...(refund ? [about('refund.requested', refund.requestedAt, { refundId: refund.id })] : [])]
}

/** The outbox, who has heard of it, and the mails that came of it. */
async function writeNews(tx: Transaction, news: readonly News[], publicUrl: string): Promise<void> {
  await insert(tx, 'outbox', 'event_id uuid, type text, subject text, payload jsonb, created_at timestamptz, published_at timestamptz, publications int', news.map(({ eventId, type, orderId, payload, at }) => ({
    event_id: eventId, type, subject: orderId, payload, created_at: at, published_at: at, publications: 1,
  })))
  await insert(tx, 'effects', 'event_id uuid, effect text, at timestamptz, completed_at timestamptz', news.flatMap(({ eventId, type, at }) => (heardBy[type] ?? []).map(effect => ({ event_id: eventId, effect, at, completed_at: at }))))
  const mailed = news.filter(({ type }) => mailedNews.some(mail => mail === type))
  await insert(tx, 'mails', 'event_id uuid, message_id text, about uuid, news text, recipient text, subject text, body text, sent_at timestamptz, created_at timestamptz', mailed.map(({ eventId, type, orderId, payload, at }) => {
    const order = payload as OrderSnapshot
    return { event_id: eventId, message_id: `<${eventId}@${new URL(publicUrl).hostname}>`, about: orderId, news: type, recipient: order.email, ...composeMail(type, order, publicUrl)!, sent_at: at, created_at: at }
  }))
}

async function writeCodes(tx: Transaction, orders: readonly PastOrder[]): Promise<void> {
  const uses = orders.filter(order => order.promoCode !== null).map(order => ({
    code: order.promoCode, order_id: order.id, identities: identitiesOf(order), taken_at: order.course.placed,
    state: wasPaid(order) && !isStopped(order) ? 'taken' : 'returned', returned_at: !wasPaid(order) ? order.course.paid : isStopped(order) ? order.refund!.requestedAt : null,
  }))
  await tx.execute(sql`
    insert into promotion_redemptions (order_id, promotion_id, identities, state, taken_at, returned_at)
    select order_id, p.id, identities, state, taken_at, returned_at
    from jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as u(code text, order_id uuid, identities text[], state text, taken_at timestamptz, returned_at timestamptz) join promotions p using (code)`)
  await tx.execute(sql`
    insert into promotion_shoppers (promotion_id, identity, used)
    select promotion_id, identity, count(*) from promotion_redemptions, unnest(identities) as identity where state = 'taken' group by 1, 2`)
  await tx.execute(sql`
    update promotions p set used = r.taken from (select promotion_id, count(*)::int as taken from promotion_redemptions where state = 'taken' group by 1) r where r.promotion_id = p.id`)
}
