import { sql } from 'drizzle-orm'
import type { StockCorrectionBody, VariantStock } from '../../shared/schemas/admin-products.ts'
import { audit } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { productAt } from './addresses.ts'
import type { Editor } from './edit-product.ts'
import { stockBelowZero, unknownVariant } from './errors.ts'

/**
 * Sets right what was miscounted, broken or found: a movement in the ledger with its reason in the audit log. One conditional
 * update decides, as for a purchase, so the two may happen at the same time; the same correction again changes nothing.
 * @throws {AppError} 404, 409 `products/stock-below-zero`, 422 `products/unknown-variant`
 */
export async function correctStock(tx: Transaction, slug: string, { id, variantId, by, reason }: StockCorrectionBody, { by: actorId, origin }: Editor): Promise<VariantStock> {
  const product = await productAt(tx, slug)
  const { rows: own } = await tx.execute(sql`select 1 from variants where id = ${variantId} and product_id = ${product.id}`)
  if (own.length === 0) throw unknownVariant()
  const { rowCount: isNew } = await tx.execute(sql`
    insert into stock_movements (variant_id, kind, quantity, reference) values (${variantId}, 'corrected', ${by}, ${`correction-${id}`})
    on conflict (reference, kind, variant_id) do nothing`)
  if (isNew) {
    const { rowCount } = await tx.execute(sql`
      update stock set on_hand = on_hand + ${by}, received = received + ${by} where variant_id = ${variantId} and on_hand + ${by} >= 0`)
    if (!rowCount) throw stockBelowZero((await stockOf(tx, variantId)).onHand)
    await audit(tx, { ...origin, kind: 'products.stock-corrected', actorId, detail: { productId: product.id, slug: product.slug, variantId, by, reason, correctionId: id } })
  }
  return stockOf(tx, variantId)
}

async function stockOf(tx: Transaction, variantId: string): Promise<VariantStock> {
  const { rows: [row] } = await tx.execute<{ on_hand: number, reserved: number, sold: number }>(sql`select on_hand, reserved, sold from stock where variant_id = ${variantId}`)
  if (!row) throw notFound('variant')
  return { variantId, onHand: row.on_hand, reserved: row.reserved, sold: row.sold }
}
