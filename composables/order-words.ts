import type { Order, OrderStatus } from '#shared/schemas/orders'

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

/** The usual steps of an order and which of them it has reached; null once it left that path. */
export function stepsOf(order: Pick<Order, 'status'>): { status: OrderStatus, done: boolean }[] | null {
  const path: OrderStatus[] = ['paid', 'fulfilling', 'shipped', 'delivered']
  if (order.status !== 'pending' && !path.includes(order.status)) return null
  const reached = path.indexOf(order.status)
  return path.map((status, index) => ({ status, done: index <= reached }))
}
