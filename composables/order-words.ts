import { formatMinor } from '#shared/money'
import type { Order, OrderDelay, OrderEventView, OrderStatus, Reorder } from '#shared/schemas/orders'

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

/** What is late, said as it is. */
export function delayWords({ kind }: OrderDelay, { email, shippingMethod }: Pick<Order, 'email' | 'shippingMethod'>): { title: string, text: string } {
  switch (kind) {
    case 'payment': return { title: 'Your bank is taking its time.', text: 'We have asked it again and keep asking. You are charged once or not at all, and within a quarter of an hour it ends one way or the other. You needn’t stay: nothing gets lost.' }
    case 'confirmation': return { title: 'Our mail is late.', text: `The order is safe, only the letter to ${email} hasn’t gone out yet. It will. This page says the same; keep its address if you like.` }
    case 'dispatch': return shippingMethod === 'collect'
      ? { title: 'It should be ready by now, and isn’t.', text: 'Sorry. Somebody is on it. You can wait, or cancel below and have the money back.' }
      : { title: 'It should have left by now, and hasn’t.', text: 'Sorry. Somebody is on it. You can wait, or cancel below and have the money back.' }
    case 'arrival': return { title: 'It should be with you by now.', text: 'The carrier has it and is late. Give it two more working days; after that we send another or the money, whichever you like.' }
  }
}

/** What happens next, one sentence each, for somebody who has just paid. */
export function nextWords({ status, email, shippingMethod, confirmedAt, expected }: Order): string[] {
  const collect = shippingMethod === 'collect'
  const when = expected && (expected.from.slice(0, 10) === expected.to.slice(0, 10) ? `on ${formatDay(expected.from)}` : `between ${formatDay(expected.from)} and ${formatDay(expected.to)}`)
  return [
    status === 'pending' ? 'Your bank confirms the payment. Nothing for you to do.' : confirmedAt ? `The receipt is in your mail, ${email}.` : `The receipt goes to ${email} in a moment.`,
    'Somebody prints it, wraps it, and checks it twice.',
    collect ? `It waits for you at the workshop ${when ?? 'soon'}.` : `The carrier rings your bell ${when ?? 'soon'}.`,
  ]
}

/** A line of an earlier order that cannot simply be bought again; nothing for one that can. */
export function reorderWords({ outcome, quantity, available, thenMinor, nowMinor }: Reorder['lines'][number]): string | null {
  const price = nowMinor !== null && nowMinor !== thenMinor ? `now ${formatMinor(nowMinor)}, then ${formatMinor(thenMinor)}` : ''
  switch (outcome) {
    case 'gone': return 'no longer made'
    case 'sold-out': return 'sold out'
    case 'fewer': return [`only ${available} of ${quantity} left`, price].filter(Boolean).join('; ')
    default: return price || null
  }
}
