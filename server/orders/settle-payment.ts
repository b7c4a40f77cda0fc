import { subtractItems } from '../cart/index.ts'
import type { Database } from '../platform/db/database.ts'
import { abandonPayment, advancePayment, type PaymentDeps, type PaymentOutcome } from '../payments/index.ts'
import { racePoint } from '../platform/race-points.ts'
import { releaseHold } from '../products/index.ts'
import { changeStatus } from './change-status.ts'
import { listLines, lockOrder } from './db/queries.ts'

export interface SettleDeps extends PaymentDeps {
  database: Pick<Database, 'fresh' | 'write'>
}

/**
 * Brings an order as far as its payment allows, however often and from however many places it is called: paid with its
 * event, or failed with its stock given back, or still pending.
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

async function applyOutcome({ database }: SettleDeps, orderId: string, outcome: PaymentOutcome, cause: string) {
  if (outcome.kind === 'pending') return
  await database.write(async (tx) => {
    if (outcome.kind === 'captured') {
      if (!await changeStatus(tx, orderId, 'paid', { cause })) return
      const order = await lockOrder(tx, orderId)
      await subtractItems(tx, order!.ownerId, await listLines(tx, orderId))
      await racePoint('outcome-applied')
      return
    }
    const why = outcome.kind === 'declined' ? outcome.reason : 'the payment service could not be reached'
    if (!await changeStatus(tx, orderId, 'payment-failed', { cause: why })) return
    const order = await lockOrder(tx, orderId)
    await releaseHold(tx, order!.checkoutId)
  })
}
