import { z } from 'zod'
import { type PastOrder, paymentMethodOf } from './plan-orders.ts'

const remembered = z.object({
  intents: z.record(z.string(), z.string()),
  parcels: z.record(z.string(), z.object({ id: z.string(), trackingNumber: z.string() })),
})
/** What the gateway and the carrier call their parts of the orders, by order. */
export type Remembered = z.infer<typeof remembered>

/**
 * Has the sandbox keep the payments and the parcels of the past. Parcels that are under way go on at the pace of their orders.
 * @throws when it does not take them
 */
export async function tellSandbox(sandboxUrl: string, orders: readonly PastOrder[]): Promise<Remembered> {
  const payments = orders.map(order => ({
    orderId: order.id, amountMinor: order.totalMinor, currency: 'gbp', paymentMethod: paymentMethodOf(order), at: order.course.paid,
    refunds: order.refund ? [{ amountMinor: order.refund.amountMinor, at: order.refund.doneAt }] : [],
  }))
  const parcels = orders.filter(order => order.declineReason === null && order.refund?.cause !== 'cancelled').map(order => ({
    orderId: order.id, address: order.address, lines: order.lines.map(({ sku, name, quantity }) => ({ sku, name, quantity })), ...wayOf(order),
  }))
  const answer = await fetch(`${sandboxUrl}/history`, { method: 'POST', body: JSON.stringify({ payments, parcels }), signal: AbortSignal.timeout(20_000) })
  if (!answer.ok) throw new Error(`the sandbox did not take the past orders: ${answer.status} ${(await answer.text()).slice(0, 500)}`)
  return remembered.parse(await answer.json())
}

/** The label is made when the order is paid, or at the latest when it is packed. */
function wayOf({ status, course }: PastOrder) {
  const label = { status: 'label-created', at: status === 'paid' ? course.paid : course.packed }
  const shipped = { status: 'shipped', at: course.shipped }
  if (status === 'paid' || status === 'fulfilling') return { history: [label], stepMs: course.shipped.getTime() - label.at.getTime() }
  if (status === 'shipped') return { history: [label, shipped], stepMs: course.delivered.getTime() - course.shipped.getTime() }
  return { history: [label, shipped, { status: 'delivered', at: course.delivered }] }
}
