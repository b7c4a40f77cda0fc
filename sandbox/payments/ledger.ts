// Prevents: money from nowhere. The ledger is the sandbox's own account of what moved, apart from what an intent's fields say.
// Guarantees: rows are only ever added; each moves one amount from one account to another, so all balances add up to zero; no
// row captures or voids more than is held, or refunds more than was captured.
import { newId } from '../random.ts'
import type { Intent, LedgerRow, LedgerSums, PaymentStore, Work } from './records.ts'

const accounts: Record<LedgerRow['type'], (intent: string) => { debit: string, credit: string }> = {
  authorise: intent => ({ debit: 'cardholder', credit: `held:${intent}` }),
  capture: intent => ({ debit: `held:${intent}`, credit: 'merchant' }),
  void: intent => ({ debit: `held:${intent}`, credit: 'cardholder' }),
  refund: () => ({ debit: 'merchant', credit: 'cardholder' }),
}

/**
 * Adds a row within the current commit.
 * @param amountMinor minor units of the intent's currency, above zero
 * @throws Error when the row would move money that is not there; the commit is then rolled back
 */
export function post(work: Pick<Work, 'store' | 'nowS'>, intent: Intent, type: LedgerRow['type'], amountMinor: number): void {
  const { store } = work
  const orderId = intent.metadata.order_id ?? null
  const sums = { ...(store.get('sums', intent.id) ?? noSums(intent, orderId)) }
  if (type === 'authorise') sums.authorisedMinor += amountMinor
  if (type === 'capture') sums.capturedMinor += amountMinor
  if (type === 'void') sums.voidedMinor += amountMinor
  if (type === 'refund') sums.refundedMinor += amountMinor
  if (amountMinor <= 0 || sums.capturedMinor + sums.voidedMinor > sums.authorisedMinor || sums.refundedMinor > sums.capturedMinor) {
    throw new Error(`ledger: cannot ${type} ${amountMinor} on ${intent.id}`)
  }
  store.put('sums', sums)
  store.put('rows', {
    id: newId('row'),
    seq: store.count('rows') + 1,
    at: new Date(work.nowS * 1_000).toISOString(),
    type,
    intent: intent.id,
    orderId,
    amountMinor,
    currency: intent.currency,
    ...accounts[type](intent.id),
  })
}

/**
 * The ledger as the reconciler reads it: rows in order, sums per intent, and the balance of each account by currency.
 * @param filter `orderId` or `intent` narrows rows and sums; `after` leaves out rows up to that `seq`; balances are always of all rows
 */
export function readLedger(store: PaymentStore, filter: { orderId?: string, intent?: string, after?: number } = {}) {
  const wanted = (orderId: string | null, intent: string) =>
    (filter.orderId === undefined || orderId === filter.orderId) && (filter.intent === undefined || intent === filter.intent)
  const rows = store.all('rows')
  return {
    rows: rows.filter(row => row.seq > (filter.after ?? 0) && wanted(row.orderId, row.intent)),
    intents: store.all('sums').filter(sums => wanted(sums.orderId, sums.id)).map(({ id, ...sums }) => ({
      intent: id,
      ...sums,
      heldMinor: sums.authorisedMinor - sums.capturedMinor - sums.voidedMinor,
      netMinor: sums.capturedMinor - sums.refundedMinor,
      status: store.get('intents', id)?.status ?? null,
    })),
    balances: balances(rows),
  }
}

/** Balance by `<account> <currency>`; holds are one account here. They add up to zero in each currency. */
function balances(rows: LedgerRow[]): Record<string, number> {
  const totals = new Map<string, number>()
  const add = (account: string, currency: string, minor: number) => {
    const name = `${account.split(':')[0]} ${currency}`
    totals.set(name, (totals.get(name) ?? 0) + minor)
  }
  for (const row of rows) {
    add(row.debit, row.currency, -row.amountMinor)
    add(row.credit, row.currency, row.amountMinor)
  }
  return Object.fromEntries(totals)
}

function noSums(intent: Intent, orderId: string | null): LedgerSums {
  return { id: intent.id, orderId, currency: intent.currency, authorisedMinor: 0, capturedMinor: 0, voidedMinor: 0, refundedMinor: 0 }
}
