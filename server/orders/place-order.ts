/**
 * Placing an order, from claim to answer. Every step may be the last one before a crash: what it leaves behind is found
 * by the same key, or by the worker's sweep, and brought to its end.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Order, PlaceOrderBody } from '../../shared/schemas/orders.ts'
import type { Database } from '../platform/db/database.ts'
import { AppError, notFound } from '../platform/http/app-error.ts'
import { racePoint } from '../platform/race-points.ts'
import { gatewayDown, insertPayment, type PaymentOutcome } from '../payments/index.ts'
import { claimHold } from '../products/index.ts'
import { redeemCode } from '../promotions/index.ts'
import { recordStep } from './change-status.ts'
import { lockCheckout, setCheckoutStatus, viewOrder } from './db/queries.ts'
import { orderLines, orders } from './db/tables.ts'
import { checkoutGone, declined, stillRunning } from './errors.ts'
import { fingerprintOf, findKey, keepAnswer, type KeyRow, stepAside, takeKey, takeOverKey } from './idempotency.ts'
import { priceOrder } from './pricing.ts'
import { type SettleDeps, settlePayment } from './settle-payment.ts'

export interface PlaceOrderDeps extends SettleDeps {
  database: Pick<Database, 'fresh' | 'write'>
  /** How long a repetition waits for the first one's answer. */
  waitMs?: number
  /** How long after its arrival a request may still wait for the bank; then it is told how things stand. */
  patienceMs?: number
}

export interface Answer { status: 201 | 202, order: Order, replayed: boolean }
interface Purchase { ownerId: string, key: string, body: PlaceOrderBody }

/**
 * @throws {AppError} 402 declined, 404 somebody else's checkout, 409 expired, reused, still running or its promo code gone, 422 another body
 * under the same key, 503 the gateway is down and nothing was charged
 */
export async function placeOrder(deps: PlaceOrderDeps, purchase: Purchase): Promise<Answer> {
  const until = performance.now() + (deps.patienceMs ?? 8_000)
  const fingerprint = fingerprintOf(purchase.body)
  const orderId = randomUUID()
  const mine = await claim(deps, { ...purchase, fingerprint, orderId })
  if (mine) return finish(deps, purchase, orderId, until)
  const key = await awaitAnswer(deps, { ...purchase, fingerprint })
  if (key.status === null) return finish(deps, purchase, key.orderId, until)
  return replay(key)
}

/** Key, order, lines, payment and event commit together; the stock changes hands from the checkout to the order. */
async function claim({ database }: PlaceOrderDeps, { ownerId, key, body, fingerprint, orderId }: Purchase & { fingerprint: string, orderId: string }): Promise<boolean> {
  const { result } = await database.write(async (tx) => {
    if (!await takeKey(tx, { ownerId, key, fingerprint, orderId })) return false
    const checkout = await lockCheckout(tx, ownerId, body.checkoutId)
    if (!checkout) throw notFound('checkout')
    if (checkout.status !== 'open' || !await claimHold(tx, checkout.id)) throw checkoutGone()
    await setCheckoutStatus(tx, checkout.id, 'ordered')
    const promo = checkout.promo?.problem ? null : checkout.promo
    const [order] = await tx.insert(orders).values({
      id: orderId,
      ownerId,
      accessToken: randomBytes(32).toString('base64url'),
      checkoutId: checkout.id,
      email: body.email,
      address: body.address,
      shippingMethod: body.shippingMethod,
      currency: checkout.currency,
      promoCode: promo?.code ?? null,
      ...priceOrder(checkout.subtotalMinor, body.shippingMethod, body.address.country, promo ?? undefined),
    }).returning()
    await tx.insert(orderLines).values(checkout.lines.map((line, position) => ({ orderId, position, line })))
    await insertPayment(tx, { orderId, paymentMethod: body.paymentMethod, amountMinor: order!.totalMinor, currency: order!.currency })
    await recordStep(tx, order!, { cause: 'placed by the shopper' })
    // Last: its row is the one that all buyers with this code wait for.
    if (promo?.promotionId) await redeemCode(tx, { promotionId: promo.promotionId, orderId, ownerId, email: body.email })
    await racePoint('order-claimed')
    return true
  })
  return result
}

/** Waits for the one who is at work; takes over when they have gone silent. */
async function awaitAnswer({ database, waitMs = 4_000 }: PlaceOrderDeps, wanted: { ownerId: string, key: string, fingerprint: string }): Promise<KeyRow> {
  const until = performance.now() + waitMs
  for (;;) {
    const row = await database.fresh(db => findKey(db, wanted))
    // The rival's transaction was rolled back after we had waited for it: nothing was placed.
    if (!row) throw stillRunning()
    if (row.status !== null || await database.fresh(db => takeOverKey(db, row))) return row
    if (performance.now() > until) throw stillRunning()
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

async function finish(deps: PlaceOrderDeps, purchase: Purchase, orderId: string, until: number): Promise<Answer> {
  try {
    return await settle(deps, { key: purchase.key, orderId }, until)
  }
  catch (error) {
    // An answer that was kept stays; without one the next try need not wait until we count as dead.
    await stepAside(deps.database, { key: purchase.key, orderId })
    throw error
  }
}

async function settle(deps: PlaceOrderDeps, row: Pick<KeyRow, 'key' | 'orderId'>, until: number): Promise<Answer> {
  const { orderId } = row
  await racePoint('order-committed')
  const outcome = await orPending(settlePayment(deps, orderId, 'card payment'), until - performance.now())
  await racePoint('order-settled')
  const answer = await deps.database.fresh(async (db) => {
    const row = (await db.select().from(orders).where(eq(orders.id, orderId)))[0]!
    return answerOf(outcome, { ...await viewOrder(db, row), token: row.accessToken })
  })
  // A pending payment has no final answer yet: a repetition takes over and looks again.
  if (answer.status === 202) await stepAside(deps.database, row)
  else await deps.database.fresh(db => keepAnswer(db, row, answer))
  if (answer.status >= 400) throw asError(answer)
  return { status: answer.status as 201 | 202, order: answer.body as Order, replayed: false }
}

/** What is known when the shopper's patience ends. The work itself goes on, and what it leaves open the worker takes up. */
async function orPending(work: Promise<PaymentOutcome>, waitMs: number): Promise<PaymentOutcome> {
  const patience = Promise.withResolvers<PaymentOutcome>()
  const timer = setTimeout(() => patience.resolve({ kind: 'pending' }), waitMs)
  try {
    return await Promise.race([work, patience.promise])
  }
  finally {
    clearTimeout(timer)
  }
}

interface StoredAnswer { status: number, body: unknown }
interface StoredRefusal { code: string, detail: string }

function answerOf(settled: PaymentOutcome, order: Order): StoredAnswer {
  // Money that came after we had given up is on its way back.
  const outcome: PaymentOutcome = settled.kind === 'captured' && order.status === 'payment-failed' ? { kind: 'declined', reason: 'The payment came too late and is being sent back.' } : settled
  if (outcome.kind === 'captured') return { status: 201, body: order }
  if (outcome.kind === 'pending') return { status: 202, body: order }
  const refusal = outcome.kind === 'declined' ? declined(outcome.reason) : gatewayDown()
  return { status: refusal.statusCode, body: { code: refusal.code, detail: refusal.detail } satisfies StoredRefusal }
}

function asError({ status, body }: StoredAnswer): AppError {
  return status === 402 ? declined((body as StoredRefusal).detail) : gatewayDown()
}

function replay({ status, body }: KeyRow): Answer {
  if (status! >= 400) {
    const refusal = asError({ status: status!, body })
    throw new AppError({ ...refusal, status: refusal.statusCode, replayed: true })
  }
  return { status: 201, order: body as Order, replayed: true }
}
