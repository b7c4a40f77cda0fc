/** Each order has each of its effects once: money, stock, parcel, mail, figures. */
import type { FaultRecord } from './journal.ts'
import type { Notebook } from './findings.ts'
import type { OrderFact, World } from './world.ts'

const wasEver = (order: OrderFact, status: string) => order.steps.some(step => step.status === status)
const final = new Set(['delivered', 'payment-failed', 'refunded'])

export function checkMoney({ orders, intents, sales }: World, notebook: Notebook): void {
  const byOrder = Map.groupBy(intents, intent => intent.orderId)
  for (const order of orders) {
    const own = byOrder.get(order.id) ?? []
    const captured = own.filter(intent => intent.capturedMinor > 0)
    const netMinor = own.reduce((sum, intent) => sum + intent.capturedMinor - intent.refundedMinor, 0)
    const evidence = () => ({ order: order.id, status: order.status, totalMinor: order.totalMinor, refundedMinor: order.refundedMinor, own })
    notebook.violation('duplicated: charges for one order', captured.length > 1, evidence)
    notebook.violation('money: an order that was never paid, and was charged', !wasEver(order, 'paid') && netMinor > 0, evidence)
    notebook.violation('money: a paid order that was not charged exactly', wasEver(order, 'paid') && captured.reduce((sum, intent) => sum + intent.capturedMinor, 0) !== order.totalMinor, evidence)
    notebook.violation('money: refunds that the gateway has otherwise', wasEver(order, 'paid') && netMinor !== order.totalMinor - order.refundedMinor, evidence)
    notebook.violation('unfinished: orders that never came to an end', !final.has(order.status), evidence)
  }
  const known = new Set(orders.map(order => order.id))
  for (const intent of intents) {
    notebook.violation('money: charges without an order', intent.capturedMinor > intent.refundedMinor && !known.has(intent.orderId ?? ''), () => intent)
    notebook.violation('money: held on a card for nothing', intent.heldMinor > 0, () => intent)
  }
  const paid = orders.filter(order => wasEver(order, 'paid'))
  const counted = { orders: paid.length, revenueMinor: paid.reduce((sum, order) => sum + order.totalMinor, 0), refundedMinor: paid.reduce((sum, order) => sum + order.refundedMinor, 0) }
  notebook.violation('effects: sales figures that do not fit the orders', JSON.stringify(counted) !== JSON.stringify({ orders: sales.orders, revenueMinor: sales.revenueMinor, refundedMinor: sales.refundedMinor }), () => ({ counted, sales }))
}

export function checkGoods({ orders, movements, parcels, samples }: World, notebook: Notebook): void {
  const booked = Map.groupBy(movements, movement => `${movement.reference} ${movement.kind} ${movement.variantId}`)
  const units = (order: OrderFact, kind: string, variantId: string) => (booked.get(`${order.checkoutId} ${kind} ${variantId}`) ?? []).map(movement => movement.quantity)
  const shipped = Map.groupBy(parcels, parcel => parcel.orderId)
  const taken = new Map<string, number>()
  for (const order of orders) {
    const gone = wasEver(order, 'paid') && !wasEver(order, 'cancelled')
    for (const { variantId, quantity } of order.lines) {
      const [sold, released] = ['sold', 'released'].map(kind => units(order, kind, variantId))
      const evidence = () => ({ order: order.id, status: order.status, variantId, quantity, sold, released })
      notebook.violation('duplicated: stock movements of one order', sold!.length > 1 || released!.length > 1 || (sold!.length > 0 && released!.length > 0), evidence)
      notebook.violation('effects: stock of an order that was not booked', gone ? sold![0] !== quantity : wasEver(order, 'paid') ? sold!.length + released!.length === 0 : sold!.length > 0 || released![0] !== quantity, evidence)
      if (gone) taken.set(variantId, (taken.get(variantId) ?? 0) + quantity)
    }
    const own = shipped.get(order.id) ?? []
    const travelling = own.filter(parcel => parcel.status !== 'cancelled')
    notebook.violation('duplicated: shipments of one order', own.length > 1, () => ({ order: order.id, own }))
    notebook.violation('effects: a paid order that did not travel', gone && travelling.length === 0, () => ({ order: order.id, status: order.status, own }))
    notebook.violation('effects: a parcel that nobody paid', !gone && travelling.length > 0, () => ({ order: order.id, status: order.status, own }))
  }
  for (const [variantId, quantity] of taken) {
    const received = movements.filter(movement => movement.variantId === variantId && ['received', 'corrected'].includes(movement.kind)).reduce((sum, movement) => sum + movement.quantity, 0)
    notebook.violation('oversold: more was sold than had come in', quantity > received, () => ({ variantId, sold: quantity, received }))
  }
  notebook.count('stock snapshots', samples.taken)
  for (const sample of samples.evidence) notebook.violation('oversold: snapshots of the stock that do not add up', true, () => sample)
  notebook.violation('oversold: snapshots of the stock that do not add up', false)
}

/** A second copy is allowed where an answer was dropped or something died between the two. */
const excuses = /^(?:mail|worker|primary|queue)/

export function checkMails({ orders, news, copies, missingEffects, deadLetters }: World, faults: readonly FaultRecord[], notebook: Notebook): void {
  const emailOf = new Map(orders.map(order => [order.id, order.email]))
  notebook.count('mails', new Set(copies.map(copy => copy.messageId)).size)
  for (const { eventId, orderId, type } of news) {
    const own = copies.filter(copy => copy.messageId.startsWith(`<${eventId}@`)).toSorted((a, b) => a.atMs - b.atMs)
    notebook.violation('effects: mails that never came', own.length === 0, () => ({ eventId, orderId, type }))
    notebook.violation('effects: mails to somebody else', own.some(copy => copy.recipient !== emailOf.get(orderId)), () => ({ own, email: emailOf.get(orderId) }))
    if (own.length > 1) notebook.count('mails that came as more than one copy of one Message-ID')
    const unexcused = own.slice(1).filter((copy, index) => {
      const before = own[index]!
      return !before.answerDropped && !faults.some(fault => excuses.test(fault.target) && fault.fromMs <= copy.atMs && fault.toMs >= before.atMs - 6_000)
    })
    notebook.violation('duplicated: copies of a mail though nothing had failed', unexcused.length > 0, () => own)
  }
  for (const same of Map.groupBy(copies, copy => `${copy.recipient} ${copy.subject}`).values()) {
    notebook.violation('duplicated: mails with different Message-IDs for one piece of news', new Set(same.map(copy => copy.messageId)).size > 1, () => same)
  }
  for (const missing of missingEffects) notebook.violation('effects: missing', true, () => missing)
  notebook.violation('effects: missing', false)
  for (let letter = 0; letter < deadLetters; letter++) notebook.violation('effects: given up (dead letters)', true)
  notebook.violation('effects: given up (dead letters)', false)
}
