import { forgetCode, subtractItems } from '../cart/index.ts'
import type { Database } from '../platform/db/database.ts'
import { abandonPayment, advancePayment, moveToState, type Payment, type PaymentDeps, type PaymentOutcome } from '../payments/index.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { racePoint } from '../platform/race-points.ts'
import { releaseHold } from '../products/index.ts'
import { returnCode } from '../promotions/index.ts'
import { changeStatus } from './change-status.ts'
import { listLines, lockOrder } from './db/queries.ts'
import { requestRefund } from './request-refund.ts'

export interface SettleDeps extends PaymentDeps {
  database: Pick<Database, 'fresh' | 'write'>
}

/**
 * Brings an order as far as its payment allows, however often and from however many places it is called: paid with its
 * event, or failed with its stock and its promo code given back, or still pending.
 */
export async function settlePayment(deps: SettleDeps, orderId: string, cause: string): Promise<PaymentOutcome> {
  const outcome = await advancePayment(deps, orderId)
  await applyOutcome(deps, orderId, outcome, cause)
  return outcome
}

/** Ends a payment that has taken too long: given up at the gateway first, and only then here. */
export async function giveUpPayment(deps: SettleDeps, orderId: string): Promise<PaymentOutcome> {
  const outcome = await abandonPayment(deps, orderId)
  await applyOutcome(deps, orderId, outcome, 'payment took too long')
  return outcome
}

/** Takes the gateway's word that it has this payment's money, whatever our books said until now. */
export async function acceptCapture(deps: SettleDeps, payment: Payment, cause: string): Promise<void> {
  await deps.database.fresh(db => moveToState(db, payment, 'captured'))
  await applyOutcome(deps, payment.orderId, { kind: 'captured' }, cause)
}

async function applyOutcome({ database }: SettleDeps, orderId: string, outcome: PaymentOutcome, cause: string) {
  if (outcome.kind === 'pending') return
  await database.write(async (tx) => {
    if (outcome.kind === 'captured') {
      if (!await changeStatus(tx, orderId, 'paid', { cause })) return refundIfFailed(tx, orderId)
      const order = await lockOrder(tx, orderId)
      await subtractItems(tx, order!.ownerId, await listLines(tx, orderId))
      if (order!.promoCode !== null) await forgetCode(tx, order!.ownerId, order!.promoCode)
      await racePoint('outcome-applied')
      return
    }
    const why = outcome.kind === 'declined' ? outcome.reason : 'the payment service could not be reached'
    if (!await changeStatus(tx, orderId, 'payment-failed', { cause: why })) return
    const order = await lockOrder(tx, orderId)
    await releaseHold(tx, order!.checkoutId)
    await returnCode(tx, orderId)
  })
}

/** Money that came when the order had failed and its stock was gone goes back in full; asked again, nothing is left to send. */
async function refundIfFailed(tx: Transaction, orderId: string) {
  const order = await lockOrder(tx, orderId)
  if (order?.status !== 'payment-failed') return
  await requestRefund(tx, { orderId, amountMinor: null, cause: 'late-capture', reason: 'charged after the order had failed; sent back in full' })
}
