import { shippingMethods } from '../../shared/delivery.ts'
import type { Order, OrderDelay, OrderEventView } from '../../shared/schemas/orders.ts'
import { addWorkingDays } from '../../shared/working-days.ts'

const minuteMs = 60_000
/** After these a shopper wonders, and should be told before they ask. */
const patienceMs = { payment: 2 * minuteMs, confirmation: 2 * minuteMs } as const
/** Of older orders it is not known when their mail went, and nobody waits for it any more. */
const confirmationAsksMs = 24 * 60 * minuteMs

interface Course { status: Order['status'], placedAt: Date, shippingMethod: string, events: readonly Pick<OrderEventView, 'type' | 'at'>[] }

const timeOf = ({ events }: Course, type: string) => {
  const at = events.find(event => event.type === type)?.at
  return at ? new Date(at) : null
}

/** A day is over at its midnight, by UTC. */
const endOf = (day: Date) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1))
const daysOf = (shippingMethod: string) => shippingMethods.find(method => method.id === shippingMethod)?.days ?? shippingMethods[0].days

/** The working days that the way of delivery promises, counted from the payment; null for what has arrived or never will. */
export function expectedDays(course: Course): Order['expected'] {
  if (!['pending', 'paid', 'fulfilling', 'shipped'].includes(course.status)) return null
  const [from, to] = daysOf(course.shippingMethod)
  const start = timeOf(course, 'order.paid') ?? course.placedAt
  return { from: addWorkingDays(start, from).toISOString(), to: addWorkingDays(start, to).toISOString() }
}

/**
 * What takes longer than promised at `now`, the database's time. A parcel is late to leave when the first day on which it
 * could have arrived is over, and late to arrive when the last one is.
 * @param confirmedAt when the confirmation was mailed; undefined where that is not known
 */
export function delaysOf(course: Course, { now, confirmedAt }: { now: Date, confirmedAt?: Date | null }): OrderDelay[] {
  const delays: OrderDelay[] = []
  const late = (kind: OrderDelay['kind'], since: Date) => {
    if (since <= now) delays.push({ kind, since: since.toISOString() })
  }
  if (course.status === 'pending') late('payment', new Date(course.placedAt.getTime() + patienceMs.payment))
  const paidAt = timeOf(course, 'order.paid')
  if (paidAt && confirmedAt === null && now.getTime() - paidAt.getTime() < confirmationAsksMs) late('confirmation', new Date(paidAt.getTime() + patienceMs.confirmation))
  const expected = expectedDays(course)
  if (!paidAt || !expected) return delays
  if (course.status !== 'shipped') late('dispatch', endOf(new Date(expected.from)))
  else late('arrival', endOf(new Date(expected.to)))
  return delays
}
