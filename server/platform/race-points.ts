/**
 * Named moments at which a test lets a rival act or a process die. The build takes every call out (see
 * `scripts/build/strip-race-points.ts`), so that production has neither the call nor a branch.
 */
export type RacePoint
  /** The password was right; no session is open yet. */
  = | 'password-verified'
  /** The cart was found in stock; nothing is held yet. */
    | 'cart-priced'
  /** The stock is held in a transaction that has not committed. */
    | 'stock-held'
  /** Key, order and payment are written in a transaction that has not committed. */
    | 'order-claimed'
  /** The order is committed; the gateway has heard nothing. */
    | 'order-committed'
  /** The gateway has answered; our books do not know it yet. */
    | 'intent-created' | 'payment-confirmed' | 'payment-captured' | 'refund-sent'
  /** The order is paid in a transaction that has not committed. */
    | 'outcome-applied'
  /** The order is settled; its answer is neither kept nor given. */
    | 'order-settled'
  /** The queues have the events; the outbox is not marked. */
    | 'events-published'
  /** The effect is written in a transaction that has not committed. */
    | 'effect-applied'
  /** The effect is committed; what reaches outside has not been done. */
    | 'effect-committed'
  /** All is done; the queue does not know it yet. */
    | 'effect-completed'
  /** The mail server has the mail; our books do not know it yet. */
    | 'mail-sent'

const rivals = new Map<RacePoint, () => Promise<void>>()

/** Lets the rival of this moment act, if a test has named one. */
export async function racePoint(point: RacePoint): Promise<void> {
  await rivals.get(point)?.()
}

/** Names the rival of a moment; answers how to be rid of it. A rival that throws is a process that dies there. */
export function atRacePoint(point: RacePoint, rival: () => Promise<void>): () => void {
  rivals.set(point, rival)
  return () => void rivals.delete(point)
}
