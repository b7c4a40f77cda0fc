import { formatMinor } from '#shared/money'
import type { Order, OrderEventView, OrderStatus } from '#shared/schemas/orders'

/** An order's status, as a person would say it. */
export const statusWords: Record<OrderStatus, { short: string, long: string }> = {
  'pending': { short: 'Confirming payment', long: 'Your payment is being confirmed. This can take a minute; you can leave, we’ll write.' },
  'paid': { short: 'Paid', long: 'It is yours. The workshop gets to it next.' },
  'fulfilling': { short: 'In the works', long: 'Somebody is printing it as you read this.' },
  'shipped': { short: 'On its way', long: 'It left the workshop and is looking for your door.' },
  'delivered': { short: 'Delivered', long: 'It should be with you. Enjoy.' },
  'payment-failed': { short: 'Payment failed', long: 'Your bank said no, so nothing was charged and nothing will be sent.' },
  'cancelled': { short: 'Cancelled', long: 'Cancelled. If you had paid, the money is on its way back.' },
  'refunded': { short: 'Refunded', long: 'The money went back to your card. Banks take up to five days to show it.' },
}

/** One step of the timeline in words; a reason that somebody gave is told as they gave it. */
export function eventWords({ type, status, cause, detail }: OrderEventView): string {
  const amount = formatMinor(Number(detail?.amountMinor ?? 0))
  switch (type) {
    case 'order.partly-refunded': return `${amount} went back to your card: ${cause}`
    case 'order.refunded': return detail?.amountMinor ? `${amount} went back to your card` : cause
    case 'order.return-requested': return 'You asked to send something back'
    case 'order.return-received': return 'What you sent back has arrived'
    case 'order.return-rejected': return `We could not take it back: ${cause}`
    default: return cause || statusWords[status].short
  }
}

/** The usual steps of an order and which of them it has reached; null once it left that path. */
export function stepsOf(order: Pick<Order, 'status'>): { status: OrderStatus, done: boolean }[] | null {
  const path: OrderStatus[] = ['paid', 'fulfilling', 'shipped', 'delivered']
  if (order.status !== 'pending' && !path.includes(order.status)) return null
  const reached = path.indexOf(order.status)
  return path.map((status, index) => ({ status, done: index <= reached }))
}

/** A return, as its shopper reads it. */
export const returnWords = { requested: 'On its way back', received: 'Arrived', rejected: 'Not taken back' } as const
