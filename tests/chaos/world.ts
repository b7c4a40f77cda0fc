/** What is the case when all is over: the shop's database, the gateway's own books, the carrier's, and the mailbox. */
import { sql } from 'drizzle-orm'
import { mailedNews } from '../../server/notifications/compose-mail.ts'
import { brokenInvariants, shopSubscribers } from '../harness/invariants.ts'
import type { Stack } from '../harness/stack.ts'
import type { Line, Step } from './journal.ts'
import type { Copy } from './mailbox.ts'
import type { Samples } from './sampler.ts'

export interface OrderFact { id: string, number: string, ownerId: string, checkoutId: string, status: string, email: string, totalMinor: number, refundedMinor: number, lines: Line[], steps: Step[] }
export interface Intent { intent: string, orderId: string | null, capturedMinor: number, refundedMinor: number, heldMinor: number }

/** All plain data, so that a test of the checker can make one up. */
export interface World {
  orders: OrderFact[]
  keys: { ownerId: string, key: string, orderId: string }[]
  /** From a session's hash to whose it is. */
  owners: Record<string, string>
  checkouts: string[]
  carts: { ownerId: string, variantId: string, quantity: number }[]
  movements: { variantId: string, kind: string, quantity: number, reference: string }[]
  /** News that somebody gets a mail for. */
  news: { eventId: string, orderId: string, type: string }[]
  missingEffects: { eventId: string, type: string, effect: string }[]
  deadLetters: number
  sales: { orders: number, revenueMinor: number, refundedMinor: number }
  intents: Intent[]
  parcels: { id: string, orderId: string, status: string }[]
  copies: readonly Copy[]
  samples: Samples
  /** What `brokenInvariants` found. */
  broken: Record<string, number>
}

/** Which effects each event must have had, by the shop's own wiring. */
export const expectedEffects = ({ database }: Pick<Stack, 'database'>): { type: string, effect: string }[] =>
  shopSubscribers(database).flatMap(subscriber => subscriber.events.map(type => ({ type, effect: subscriber.name })))

export const missingEffectsQuery = (expected: { type: string, effect: string }[]) => sql`
  select o.event_id as "eventId", o.type, e.effect from outbox o
  join jsonb_to_recordset(${JSON.stringify(expected)}::jsonb) as e(type text, effect text) on e.type = o.type
  where not exists (select 1 from effects f where f.event_id = o.event_id and f.effect = e.effect and f.completed_at is not null)`

export async function readWorld(stack: Stack, { copies, samples }: Pick<World, 'copies' | 'samples'>): Promise<World> {
  const { database, sandbox } = stack
  const ask = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) => (await database.fresh(db => db.execute<Row>(query))).rows
  const outside = async <T>(path: string) => await (await fetch(`${sandbox.url}${path}`)).json() as T
  return {
    orders: await ask<OrderFact & Record<string, unknown>>(sql`
      select id, number, owner_id as "ownerId", checkout_id as "checkoutId", status, email, total_minor as "totalMinor", refunded_minor as "refundedMinor",
        (select jsonb_agg(jsonb_build_object('variantId', line -> 'variantId', 'quantity', line -> 'quantity', 'unitPriceMinor', line -> 'unitPriceMinor') order by position) from order_lines where order_id = o.id) as lines,
        (select jsonb_agg(jsonb_build_object('id', id::text, 'status', status) order by id) from order_events where order_id = o.id) as steps
      from orders o`),
    keys: await ask(sql`select owner_id as "ownerId", key, order_id as "orderId" from idempotency_keys`),
    owners: Object.fromEntries((await ask<{ hash: string, owner: string }>(sql`select encode(token_hash, 'hex') as hash, coalesce(user_id, id) as owner from sessions`)).map(row => [row.hash, row.owner])),
    checkouts: (await ask<{ id: string }>(sql`select id from checkouts`)).map(row => row.id),
    carts: await ask(sql`select owner_id as "ownerId", variant_id as "variantId", quantity from cart_items`),
    movements: await ask(sql`select variant_id as "variantId", kind, quantity, reference from stock_movements`),
    news: await ask(sql`select event_id as "eventId", subject as "orderId", type from outbox where type = any(${sql.param([...mailedNews])}::text[])`),
    missingEffects: await ask(missingEffectsQuery(expectedEffects(stack))),
    deadLetters: (await ask<{ count: number }>(sql`select count(*)::int as count from dead_letters where status = 'waiting'`))[0]!.count,
    sales: (await ask<World['sales']>(sql`
      select coalesce(sum(orders), 0)::int as orders, coalesce(sum(revenue_minor), 0)::int as "revenueMinor", coalesce(sum(refunded_minor), 0)::int as "refundedMinor" from sales_daily`))[0]!,
    intents: (await outside<{ intents: Intent[] }>('/ledger')).intents,
    parcels: (await outside<{ items: World['parcels'] }>('/carrier/shipments')).items,
    copies,
    samples,
    broken: await brokenInvariants(database, sandbox.url),
  }
}
