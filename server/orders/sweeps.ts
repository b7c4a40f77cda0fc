/**
 * What must happen though nobody asks: holds end, checkouts with them, and orders whose request died are finished.
 * Each may run in any number of workers at once.
 */
import { listAbandoned } from '../payments/index.ts'
import { sweepExpiredHolds } from '../products/index.ts'
import { forgetOldKeys, listStuck, setCheckoutStatus } from './db/queries.ts'
import { giveUpPayment, type SettleDeps, settlePayment } from './settle-payment.ts'

/** Ends the holds whose time is up; answers how many. */
export async function sweepHolds({ database }: Pick<SettleDeps, 'database'>): Promise<number> {
  const { result } = await database.write(async (tx) => {
    const expired = await sweepExpiredHolds(tx)
    for (const id of expired) await setCheckoutStatus(tx, id, 'expired')
    return expired.length
  })
  return result
}

export interface StuckSettings {
  olderThanS?: number
  giveUpAfterS?: number
  /** Told of each order that could not be moved; the others go on. */
  onError?: (orderId: string, error: unknown) => void
}

/** Finishes payments that a crash or a timeout left open; gives up, at the gateway first, those that are too old. */
export async function resumePayments(deps: SettleDeps, { olderThanS = 15, giveUpAfterS = 900, onError = () => {} }: StuckSettings = {}): Promise<number> {
  const stuck = await deps.database.fresh(db => listStuck(db, { olderThanS, limit: 50 }))
  for (const { id, ageS } of stuck) {
    const move = ageS > giveUpAfterS ? giveUpPayment(deps, id) : settlePayment(deps, id, 'resumed after an interruption')
    await move.catch(error => onError(id, error))
  }
  const abandoned = await deps.database.fresh(db => listAbandoned(db, 50))
  for (const { orderId } of abandoned) await giveUpPayment(deps, orderId).catch(error => onError(orderId, error))
  return stuck.length
}

export const sweepKeys = async ({ database }: Pick<SettleDeps, 'database'>) => database.fresh(forgetOldKeys)
