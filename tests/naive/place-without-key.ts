import type { OwnShop } from '../harness/own-shop.ts'

/** What "buy" does where a request has no name: each click holds, orders and pays for what is in the cart. */
export async function placeWithoutKey(shop: OwnShop, ownerId: string): Promise<void> {
  const { id } = await shop.checkout(ownerId)
  await shop.pay(ownerId, id, { key: crypto.randomUUID() })
}
