import { getQuery, type H3Event } from 'h3'
import { z } from 'zod'
import { findShopper, ownerOf } from '../auth/index.ts'
import { ownerIdOf } from '../cart/index.ts'

const token = z.string().regex(/^[\w-]{43}$/)

/** Who asks for an order: its owner by the cookie, a guest by the token of the confirmation link, or both. */
export async function orderReader(event: H3Event): Promise<{ ownerId: string | null, token: string | null }> {
  const shopper = await findShopper(event)
  return {
    ownerId: shopper && ownerIdOf(ownerOf(shopper)),
    token: token.safeParse(getQuery(event).token).data ?? null,
  }
}
