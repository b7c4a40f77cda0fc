import type { OrderStatus } from '../../shared/schemas/orders.ts'

/** Every legal step of an order's life; whatever is not here does not happen. */
export const legalEdges: Record<OrderStatus, readonly OrderStatus[]> = {
  'pending': ['paid', 'payment-failed'],
  'paid': ['fulfilling', 'cancelled'],
  'fulfilling': ['shipped', 'cancelled'],
  'shipped': ['delivered', 'refunded'],
  'delivered': ['refunded'],
  'payment-failed': [],
  'cancelled': ['refunded'],
  'refunded': [],
}

const mainPath: readonly OrderStatus[] = ['pending', 'paid', 'fulfilling', 'shipped', 'delivered']

export const isLegal = (from: OrderStatus, to: OrderStatus) => legalEdges[from].includes(to)
export const isCancellable = (status: OrderStatus) => isLegal(status, 'cancelled')

/**
 * The legal steps from one status to another along the main path, for news that arrive out of order: "shipped" before
 * "fulfilling" is both. Empty when there is no way forward.
 */
export function stepsBetween(from: OrderStatus, to: OrderStatus): OrderStatus[] {
  if (isLegal(from, to)) return [to]
  const [start, end] = [mainPath.indexOf(from), mainPath.indexOf(to)]
  // Payment is never assumed: news of a parcel cannot pay for an order.
  return start > 0 && end > start ? mainPath.slice(start + 1, end + 1) : []
}
