import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { releaseHold } from '../products/index.ts'
import { lockCheckout, setCheckoutStatus } from './db/queries.ts'
import { alreadyOrdered } from './errors.ts'

/**
 * The shopper turns back: what was held for them is free at once. Again it does nothing more.
 * @throws {AppError} 404, 409 `orders/already-ordered`
 */
export async function abandonCheckout(tx: Transaction, ownerId: string, id: string): Promise<void> {
  const checkout = await lockCheckout(tx, ownerId, id)
  if (!checkout) throw notFound('checkout')
  if (checkout.status === 'ordered') throw alreadyOrdered()
  if (checkout.status !== 'open') return
  await releaseHold(tx, id)
  await setCheckoutStatus(tx, id, 'abandoned')
}
