import { getQuery, type H3Event } from 'h3'
import { orderToken } from '../../shared/schemas/orders.ts'
import { findShopper, ownerOf } from '../auth/index.ts'
import { ownerIdOf } from '../cart/index.ts'

/** Who asks for an order: its owner by the cookie, a guest by the token of the confirmation link, or both. */
export async function orderReader(event: H3Event): Promise<{ ownerId: string | null, token: string | null }> {
  const shopper = await findShopper(event)
  return {
    ownerId: shopper && ownerIdOf(ownerOf(shopper)),
    token: orderToken.safeParse(getQuery(event).token).data ?? null,
  }
}
