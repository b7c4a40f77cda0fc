/** Compares what shoppers were told with what is the case. */
import type { Entry, Line, Told } from './journal.ts'
import type { Notebook } from './findings.ts'
import type { OrderFact, World } from './world.ts'

interface Purchase { key: string, session: string | null, checkoutId: string, entries: Entry[] }

const answers = (entries: readonly Entry[], status: number) => entries.flatMap(({ outcome }) => outcome.kind === 'answer' && outcome.status === status ? [outcome.told] : [])
const linesText = (lines: readonly Line[] = []) => lines.map(line => `${line.variantId}×${line.quantity}@${line.unitPriceMinor}`).sort().join()
const differs = (told: Told, order: OrderFact) => told.number !== order.number || told.totalMinor !== order.totalMinor || linesText(told.lines) !== linesText(order.lines)

/** Every purchase ends as accepted, refused, or unknown; and what was said of it is true. */
export function checkPurchases(journal: readonly Entry[], world: World, notebook: Notebook): void {
  const orders = new Map(world.orders.map(order => [order.id, order]))
  const netOf = Map.groupBy(world.intents, intent => intent.orderId)
  const paidFor = (order: OrderFact | undefined) => order ? (netOf.get(order.id) ?? []).reduce((sum, intent) => sum + intent.capturedMinor - intent.refundedMinor, 0) : 0

  for (const { key, session, checkoutId, entries } of purchasesIn(journal)) {
    const ownerId = session ? world.owners[session] : undefined
    const made = world.keys.find(row => row.key === key && row.ownerId === ownerId)
    const order = orders.get(made?.orderId ?? '') ?? world.orders.find(one => one.checkoutId === checkoutId && made?.orderId === one.id)
    const [accepted, later, declined, unavailable] = [201, 202, 402, 503].map(status => answers(entries, status))
    const refused = entries.filter(({ outcome }) => outcome.kind === 'answer' && [400, 404, 409, 422].includes(outcome.status) && outcome.told.code !== 'orders/still-running')
    const told = [...accepted!, ...later!]
    const evidence = () => ({ key, order: order?.id, status: order?.status, told: entries.map(({ outcome, startMs }) => [startMs, outcome.kind === 'answer' ? outcome.status : outcome.why]) })

    const isPaid = order !== undefined && order.steps.some(step => step.status === 'paid')
    if (accepted!.length > 0) notebook.count(later!.length > 0 ? 'orders accepted later (202, then paid)' : 'orders accepted (201)')
    else if (later!.length > 0) notebook.count(isPaid ? 'orders accepted later (202, then paid)' : 'orders pending, then refused')
    else if (declined!.length + unavailable!.length + refused.length > 0) notebook.count('purchases refused')
    else notebook.count(order ? 'purchases of unknown outcome: order is there' : 'purchases of unknown outcome: nothing is there')

    notebook.violation('lost: orders answered 201 that are not there, or are not paid', accepted!.some(answer => !orders.has(answer.id ?? '') || !isPaid), evidence)
    notebook.violation('lost: orders answered 202 that are not there', later!.some(answer => !orders.has(answer.id ?? '')), evidence)
    notebook.violation('lost: orders with another total, line or number than was answered', told.some(answer => orders.has(answer.id!) && differs(answer, orders.get(answer.id!)!)), evidence)
    notebook.violation('lost: orders that belong to somebody else', told.some(answer => orders.has(answer.id!) && orders.get(answer.id!)!.ownerId !== ownerId), evidence)
    notebook.violation('duplicated: orders for one key', new Set(told.map(answer => answer.id)).size > 1, evidence)
    notebook.violation('duplicated: orders for one checkout', world.orders.filter(one => one.checkoutId === checkoutId).length > 1, evidence)
    notebook.violation('contradiction: refused, and charged', declined!.length + unavailable!.length > 0 && paidFor(order) > 0, evidence)
    notebook.violation('contradiction: told that nothing was placed, and it was', accepted!.length + later!.length === 0 && refused.length > 0 && refused.every(entry => entry.outcome.kind === 'answer' && entry.outcome.told.code !== 'orders/idempotency-key-reused') && order !== undefined, evidence)
    const definite = [accepted!, declined!, unavailable!].filter(kind => kind.length > 0).length
    notebook.violation('contradiction: two different answers to one purchase', definite > 1, evidence)
  }
  for (const entry of journal.filter(one => one.op === 'pay-other-body')) {
    const { outcome } = entry
    notebook.violation('contradiction: another body under a known key was taken', outcome.kind === 'answer' && [201, 202].includes(outcome.status) && world.keys.some(row => row.key === entry.key) && journal.some(one => one.op === 'pay' && one.key === entry.key && one.outcome.kind === 'answer' && one.outcome.status === 201), () => entry)
  }
}

function purchasesIn(journal: readonly Entry[]): Purchase[] {
  const groups = Map.groupBy(journal.filter(entry => entry.op === 'pay'), entry => entry.key!)
  return [...groups].map(([key, entries]) => ({ key, entries, session: entries[0]!.session, checkoutId: entries[0]!.checkoutId! }))
}

/** What was accepted is still what its owner sees; steps that were told did happen. */
export function checkReads(journal: readonly Entry[], world: World, notebook: Notebook): void {
  const orders = new Map(world.orders.map(order => [order.id, order]))
  const accepted = new Map(journal.filter(entry => entry.op === 'pay').flatMap(entry => answers([entry], 201).map(told => [told.id!, told])))
  const looks = new Map(journal.filter(entry => entry.op === 'last-look').map(entry => [entry.orderId!, entry]))
  for (const [id, told] of accepted) {
    const [seen] = looks.has(id) ? answers([looks.get(id)!], 200) : []
    notebook.violation('lost: accepted orders that their owner cannot read as they were', !seen || seen.totalMinor !== told.totalMinor || linesText(seen.lines) !== linesText(told.lines), () => ({ id, told, look: looks.get(id)?.outcome }))
  }
  for (const entry of journal) {
    if (entry.outcome.kind !== 'answer') continue
    const { told, status } = entry.outcome
    const order = orders.get(entry.orderId ?? told.id ?? '')
    const phantoms = (told.steps ?? []).filter(step => !order?.steps.some(real => real.id === step.id && real.status === step.status))
    notebook.violation('contradiction: steps were told that did not happen', phantoms.length > 0, () => ({ entry, phantoms }))
    const ids = (told.steps ?? []).map(step => Number(step.id))
    notebook.violation('contradiction: steps were told twice or out of order', ids.some((id, index) => index > 0 && id <= ids[index - 1]!), () => entry)
    if (entry.op === 'read-order') notebook.violation('contradiction: an order read otherwise than it is', status === 200 && (!order || differs(told, order)), () => entry)
    if (entry.op === 'cancel') notebook.violation('contradiction: cancelled, and not cancelled', status === 200 && !['cancelled', 'refunded'].includes(order?.status ?? ''), () => ({ entry, status: order?.status }))
    if (entry.op === 'checkout') notebook.violation('lost: accepted checkouts that are not there', status === 201 && !world.checkouts.includes(told.id ?? ''), () => entry)
  }
}

/** Whatever was put into a cart and was not bought is still in it. */
export function checkCarts(journal: readonly Entry[], world: World, notebook: Notebook): void {
  const added = new Map<string, number>()
  for (const entry of journal) {
    if (entry.op !== 'add' || entry.outcome.kind !== 'answer' || entry.outcome.status !== 200) continue
    const place = `${world.owners[entry.session ?? ''] ?? `nobody, session ${entry.session}`} ${entry.variantId}`
    added.set(place, Math.min(99, (added.get(place) ?? 0) + entry.quantity!))
  }
  for (const [place, quantity] of added) {
    const [ownerId, variantId] = place.split(' ')
    const bought = world.orders.filter(order => order.ownerId === ownerId && order.steps.some(step => step.status === 'paid'))
      .flatMap(order => order.lines).filter(line => line.variantId === variantId).reduce((sum, line) => sum + line.quantity, 0)
    const left = world.carts.find(item => item.ownerId === ownerId && item.variantId === variantId)?.quantity ?? 0
    notebook.violation('lost: things that were put into a cart', left < quantity - bought, () => ({ place, quantity, bought, left }))
  }
}
