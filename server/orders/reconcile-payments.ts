/**
 * Compares the gateway's own books with ours, intent by intent.
 *
 * Prevents: money that came, stayed or went without our knowing: a lost webhook, a capture after we had given up, a refund
 * made by hand at the gateway, a bug of ours.
 * Guarantees: every intent of the last two days is looked at in each run; what has one right end is brought to it (paid,
 * refunded in full, or the hold let go), everything else is written down for people, and closed once it is gone. What has
 * changed in the last minute is left to whoever is changing it. Every step may be repeated, so any number of workers may run.
 *
 * @pattern reconciliation
 */
import { z } from 'zod'
import { databaseNow } from '../platform/db/clock.ts'
import { type Finding, findPayment, keepFindings, keepIntent, type LedgerIntent, listBooks, listCaptured, moveToState, type PaymentGateway } from '../payments/index.ts'
import { listStatuses } from './db/queries.ts'
import { type Difference, differenceOf } from './payment-differences.ts'
import { acceptCapture, type SettleDeps } from './settle-payment.ts'

export interface ReconcileDeps extends SettleDeps {
  gateway: SettleDeps['gateway'] & Pick<PaymentGateway, 'listIntents'>
}

export interface ReconcileSettings {
  windowMs?: number
  /** What changed less than this long ago, here or there, is in somebody's hands. */
  settledForMs?: number
  /** Told of each difference that could not be mended; the next run tries again. */
  onError?: (intentId: string, error: unknown) => void
}

export interface Reconciled { looked: number, mended: number, flagged: number }

const hourMs = 3_600_000
const orderIdOf = z.uuid()

/** @throws when the gateway's books cannot be read to their end; what was found until then is kept */
export async function reconcilePayments(deps: ReconcileDeps, { windowMs = 48 * hourMs, settledForMs = 60_000, onError = () => {} }: ReconcileSettings = {}): Promise<Reconciled> {
  const { database, gateway } = deps
  const now = (await database.fresh(databaseNow)).getTime()
  const window = { from: new Date(now - windowMs), to: new Date(now - settledForMs) }
  const counts: Reconciled = { looked: 0, mended: 0, flagged: 0 }
  const seen = new Set<string>()

  for (let after: string | null = null, last = false; !last;) {
    const page = await gateway.listIntents({ ...window, after })
    const findings = await comparePage(page.intents)
    await keep(page.intents.map(intent => intent.id), findings)
    for (const { id } of page.intents) seen.add(id)
    after = page.next
    last = after === null
  }
  await compareMissing()
  return counts

  async function comparePage(intents: LedgerIntent[]): Promise<Finding[]> {
    const orderIds = [...new Set(intents.flatMap(intent => orderIdOf.safeParse(intent.orderId).data ?? []))]
    const books = new Map((await database.fresh(db => listBooks(db, orderIds))).map(book => [book.orderId, book]))
    const statuses = new Map((await database.fresh(db => listStatuses(db, orderIds))).map(({ id, status }) => [id, status]))
    const findings: Finding[] = []
    for (const intent of intents) {
      const book = books.get(intent.orderId ?? '')
      if (book && book.quietMs < settledForMs) continue
      const difference = differenceOf(intent, book, statuses.get(intent.orderId ?? ''))
      if (difference) findings.push(await cure(intent, difference))
    }
    return findings
  }

  async function cure(intent: LedgerIntent, { kind, cure }: Difference): Promise<Finding> {
    const { id, orderId, status, amountMinor, capturedMinor, refundedMinor, currency } = intent
    const finding = { intentId: id, kind, orderId: orderIdOf.safeParse(orderId).data ?? null, detail: { status, amountMinor, capturedMinor, refundedMinor, currency } }
    try {
      if (cure !== 'flag') await mend(intent, cure)
      return { ...finding, mended: cure !== 'flag' }
    }
    catch (error) {
      onError(id, error)
      return { ...finding, mended: false }
    }
  }

  async function mend(intent: LedgerIntent, cure: 'accept-capture' | 'void') {
    const orderId = intent.orderId!
    await database.fresh(db => keepIntent(db, orderId, intent.id))
    if (cure === 'void') await gateway.cancel(intent.id, { key: `order-${orderId}-void` })
    const payment = await database.fresh(db => findPayment(db, orderId))
    if (cure === 'accept-capture') await acceptCapture(deps, payment!, 'found in the books of the bank')
    else await database.fresh(db => moveToState(db, payment!, 'voided'))
  }

  /** The other way round: payments that we have captured, and of which the gateway's books know nothing. */
  async function compareMissing() {
    // An hour inside the window, so that neither its edge nor a difference of clocks looks like a loss.
    const inside = { from: new Date(now - windowMs + hourMs), to: window.to }
    const missing = (await database.fresh(db => listCaptured(db, inside))).filter(({ intentId }) => !seen.has(intentId))
    await keep([], missing.map(({ orderId, intentId, amountMinor }) => ({ intentId, kind: 'not-captured', orderId, detail: { status: null, amountMinor }, mended: false })))
  }

  async function keep(looked: string[], findings: Finding[]) {
    await database.fresh(db => keepFindings(db, looked, findings))
    counts.looked += looked.length
    for (const { mended } of findings) counts[mended ? 'mended' : 'flagged'] += 1
  }
}
