import { sql } from 'drizzle-orm'
import { composeShop } from '../../server/composition.ts'
import { checkInvariants } from '../../server/operations/index.ts'
import { loadConfig } from '../../server/platform/config.ts'
import type { Database } from '../../server/platform/db/database.ts'
import type { Invariant } from '../../server/platform/invariant.ts'
import type { Subscriber } from '../../server/platform/outbox/subscriber.ts'

interface LedgerIntent { orderId: string, capturedMinor: number, refundedMinor: number }
type Counts = Record<string, number>
/** The gateway's own: at the sandbox's URL, or in memory. */
type Books = string | (() => Promise<LedgerIntent[]>)

const ledgerAt = (sandboxUrl: string) => async () => (await (await fetch(`${sandboxUrl}/ledger`)).json() as { intents: LedgerIntent[] }).intents

/** The server's own lists, as its wiring puts them together; nothing is called and nothing opened. */
const wired = (database: Database) => {
  const config = loadConfig({ DATABASE_URL: 'postgres://nobody@127.0.0.1/none', STRIPE_SECRET_KEY: 'sk_test_0123456789', STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' })
  return composeShop({ config, database })
}
export const shopInvariants = (database: Database): readonly Invariant[] => wired(database).invariants
export const shopSubscribers = (database: Database): readonly Subscriber[] => wired(database).subscribers

/**
 * Asks the database, without any time for the late, and the gateway's own books; answers what is broken and how often, nothing
 * when all is well. Work that is under way gets `settleMs` to end.
 */
export async function brokenInvariants(database: Database, books: Books, { settleMs = 40_000, atRest = true } = {}): Promise<Counts> {
  const end = performance.now() + settleMs
  async function look(): Promise<Counts> {
    const looks = await checkInvariants(database, shopInvariants(database), { atRest })
    return { ...Object.fromEntries(looks.filter(one => one.broken > 0).map(one => [one.name, one.broken])), ...await brokenLedger(database, books) }
  }
  for (;;) {
    // A look that a machine at its limit does not get through says nothing about the shop; the last one must.
    const over = performance.now() > end
    const found = await look().catch((error: unknown) => {
      if (over) throw error
      return null
    })
    if (found && (over || Object.keys(found).length === 0)) return found
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}

/** What the gateway has otherwise than we do. */
async function brokenLedger(database: Pick<Database, 'fresh'>, books: Books): Promise<Counts> {
  const { rows: orders } = await database.fresh(db => db.execute<{ id: string, status: string, total_minor: number, refunded_minor: number }>(sql`select id, status, total_minor, refunded_minor from orders`))
  const intents = await (typeof books === 'string' ? ledgerAt(books) : books)()
  const captured = Map.groupBy(intents.filter(intent => intent.capturedMinor > 0), intent => intent.orderId)
  const found: Counts = {}
  const count = (name: string, breaks: boolean) => {
    if (breaks) found[name] = (found[name] ?? 0) + 1
  }
  for (const order of orders) {
    const charges = captured.get(order.id) ?? []
    const paid = !['pending', 'payment-failed'].includes(order.status)
    count('orders charged twice', charges.length > 1)
    count('paid orders that the gateway did not charge in full', paid && charges[0]?.capturedMinor !== order.total_minor)
    count('failed orders whose charge was kept', order.status === 'payment-failed' && charges.some(charge => charge.refundedMinor !== charge.capturedMinor))
    count('refunds that the gateway has otherwise', (charges[0]?.refundedMinor ?? 0) !== order.refunded_minor)
  }
  const known = new Set(orders.map(order => order.id))
  count('charges without an order', [...captured.keys()].some(id => !known.has(id)))
  return found
}
