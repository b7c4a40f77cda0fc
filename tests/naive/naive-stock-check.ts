import { sql } from 'drizzle-orm'
import type { Transaction } from '../../server/platform/db/connect.ts'
import { racePoint } from '../../server/platform/race-points.ts'
import { outOfStock } from '../../server/products/index.ts'

/** Looks, then writes what it saw less one: whoever looked at the same time sells the same unit. */
export async function holdAfterLooking(tx: Transaction, variantId: string): Promise<void> {
  const { rows: [seen] } = await tx.execute<{ on_hand: number, reserved: number }>(sql`select on_hand, reserved from stock where variant_id = ${variantId}`)
  if (!seen || seen.on_hand < 1) throw outOfStock(variantId)
  await racePoint('cart-priced')
  await tx.execute(sql`update stock set on_hand = ${seen.on_hand - 1}, reserved = ${seen.reserved + 1} where variant_id = ${variantId}`)
}

/** Takes the lines in the order of the cart: two carts with the same things the other way round wait for each other. */
export async function holdInCartOrder(tx: Transaction, lines: readonly { variantId: string, quantity: number }[]): Promise<void> {
  for (const { variantId, quantity } of lines) {
    await tx.execute(sql`update stock set on_hand = on_hand - ${quantity}, reserved = reserved + ${quantity} where variant_id = ${variantId} and on_hand >= ${quantity}`)
  }
}
