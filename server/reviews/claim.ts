import { getQuery, type H3Event } from 'h3'
import { identifier } from '../../shared/schemas/cart.ts'
import { orderToken } from '../../shared/schemas/orders.ts'
import { findShopper, ownerOf } from '../auth/index.ts'
import { ownerIdOf } from '../cart/index.ts'
import type { PurchaseClaim } from '../orders/index.ts'

/** Who says to have bought something: by the cookie, by `?order=` and `?token=` of a confirmation link, or both. A wrong one is no right and no mistake. */
export async function claimOf(event: H3Event, given: { order?: unknown, token?: unknown } = getQuery(event)): Promise<{ claim: PurchaseClaim, name: string | null }> {
  const shopper = await findShopper(event)
  return {
    claim: {
      ownerId: shopper && ownerIdOf(ownerOf(shopper)),
      orderId: identifier.safeParse(given.order).data ?? null,
      token: orderToken.safeParse(given.token).data ?? null,
    },
    name: shopper?.user?.name.split(' ')[0] ?? null,
  }
}
