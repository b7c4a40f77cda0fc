import { getQuery, type H3Event } from 'h3'
import { orderToken } from '../../shared/schemas/orders.ts'

/** The address of an order's page, with the guest's right to it if the request came with one. */
export function orderPage(event: H3Event, id: string, query: Record<string, string> = {}): string {
  const token = orderToken.safeParse(getQuery(event).token).data
  const text = new URLSearchParams({ ...(token && { token }), ...query }).toString()
  return text ? `/orders/${id}?${text}` : `/orders/${id}`
}
