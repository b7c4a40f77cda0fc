import type { H3Event } from 'h3'
import { normaliseCode } from '../../shared/promotions.ts'
import { ensureShopper, findShopper, ownerOf } from '../auth/index.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { weighCode } from '../promotions/index.ts'
import { ownerIdOf } from './change-cart.ts'
import { forgetCode, keepCode } from './db/queries.ts'
import { emptyCart, viewCart } from './view-cart.ts'

/**
 * Puts a promo code with the cart, if it is worth something there now; the code that stood there stays otherwise.
 * @throws {AppError} 422 `promotions/unknown-code`, `promotions/ended`, `promotions/minimum-not-met`, `promotions/used-up`, `promotions/already-used`
 */
export async function applyPromo(event: H3Event, typed: string) {
  const ownerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  const code = normaliseCode(typed)
  const db = databaseFor(event)
  await db.write(async (tx) => {
    const { subtotalMinor } = await viewCart(tx, ownerId, event.context.heldByOwner)
    const { refusal } = await weighCode(tx, { code, subtotalMinor, ownerId })
    if (refusal) throw refusal
    await keepCode(tx, ownerId, code)
  })
  return db.read(reader => viewCart(reader, ownerId, event.context.heldByOwner))
}

/** Takes the code out; without one it does nothing. */
export async function removePromo(event: H3Event) {
  const shopper = await findShopper(event)
  if (!shopper) return emptyCart
  const ownerId = ownerIdOf(ownerOf(shopper))
  const db = databaseFor(event)
  await db.write(tx => forgetCode(tx, ownerId))
  return db.read(reader => viewCart(reader, ownerId, event.context.heldByOwner))
}
