import { sql } from 'drizzle-orm'
import { audit } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { productAt } from './addresses.ts'
import type { Editor } from './edit-product.ts'
import { changedMeanwhile, uploadNotFailed } from './errors.ts'
import { appendEvent } from '../platform/outbox/append-event.ts'

/** Locks the product, so that those who arrange its pictures take turns. @throws {AppError} 404 */
export async function lockShelf(tx: Transaction, slug: string): Promise<{ id: string, slug: string }> {
  const product = await productAt(tx, slug)
  await tx.execute(sql`select 1 from products where id = ${product.id} for update`)
  return product
}

/** The first picture is the one in listings. */
export async function refreshCover(tx: Transaction, productId: string): Promise<void> {
  await tx.execute(sql`
    update products set image = (select jsonb_strip_nulls(jsonb_build_object('key', key, 'alt', alt, 'tint', tint, 'preview', preview)) from product_images where product_id = ${productId} order by position limit 1)
    where id = ${productId}`)
}

/**
 * Puts all pictures into this order.
 * @throws {AppError} 404, 409 `products/changed-meanwhile` when the product has other pictures than these by now
 */
export async function orderPictures(tx: Transaction, slug: string, ids: readonly string[], { by, origin }: Editor): Promise<string> {
  const product = await lockShelf(tx, slug)
  const { rows } = await tx.execute<{ id: string }>(sql`select id::text as id from product_images where product_id = ${product.id}`)
  const known = new Set(rows.map(row => row.id))
  if (known.size !== ids.length || new Set(ids).size !== ids.length || ids.some(id => !known.has(id))) throw changedMeanwhile()
  // Two pictures have never the same place, not even between two rows of one statement: first all of them step aside.
  await tx.execute(sql`update product_images set position = -1 - position where product_id = ${product.id}`)
  await tx.execute(sql`
    update product_images i set position = wanted.place - 1
    from unnest(${sql.param([...ids])}::bigint[]) with ordinality as wanted(id, place) where i.id = wanted.id`)
  await refreshCover(tx, product.id)
  await audit(tx, { ...origin, kind: 'products.pictures-ordered', actorId: by, detail: { productId: product.id, slug: product.slug } })
  return product.id
}

/** @throws {AppError} 404 */
export async function describePicture(tx: Transaction, slug: string, id: string, { alt, optionValue }: { alt: string, optionValue: string | null }, { by, origin }: Editor): Promise<string> {
  const product = await lockShelf(tx, slug)
  const { rowCount } = await tx.execute(sql`update product_images set alt = ${alt}, option_value = ${optionValue} where id = ${id}::bigint and product_id = ${product.id}`)
  if (!rowCount) throw notFound('picture')
  await refreshCover(tx, product.id)
  await audit(tx, { ...origin, kind: 'products.picture-described', actorId: by, detail: { productId: product.id, slug: product.slug, pictureId: id } })
  return product.id
}

/** Takes a picture off the product; answers the key of an uploaded one, whose files may go. @throws {AppError} 404 */
export async function removePicture(tx: Transaction, slug: string, id: string, { by, origin }: Editor): Promise<{ productId: string, uploadedKey: string | null }> {
  const product = await lockShelf(tx, slug)
  const { rows: [gone] } = await tx.execute<{ key: string, upload_id: string | null }>(sql`delete from product_images where id = ${id}::bigint and product_id = ${product.id} returning key, upload_id`)
  if (!gone) throw notFound('picture')
  await refreshCover(tx, product.id)
  await audit(tx, { ...origin, kind: 'products.picture-removed', actorId: by, detail: { productId: product.id, slug: product.slug, key: gone.key } })
  return { productId: product.id, uploadedKey: gone.upload_id ? gone.key : null }
}

/**
 * Lets the worker try a failed upload again.
 * @throws {AppError} 404, 409 `products/upload-not-failed`
 */
export async function retryUpload(tx: Transaction, slug: string, uploadId: string): Promise<string> {
  const product = await lockShelf(tx, slug)
  const { rows: [upload] } = await tx.execute<{ status: string }>(sql`select status from picture_uploads where id = ${uploadId} and product_id = ${product.id} for update`)
  if (!upload) throw notFound('upload')
  if (upload.status !== 'failed') throw uploadNotFailed()
  await tx.execute(sql`update picture_uploads set status = 'waiting', problem = null, made = 0 where id = ${uploadId}`)
  await appendEvent(tx, { type: 'picture.uploaded', subject: uploadId, payload: { uploadId } })
  return product.id
}

/** Forgets an upload that is not done; a worker that is at it finds it gone. @throws {AppError} 404 */
export async function forgetUpload(tx: Transaction, slug: string, uploadId: string): Promise<string> {
  const product = await lockShelf(tx, slug)
  const { rowCount } = await tx.execute(sql`delete from picture_uploads where id = ${uploadId} and product_id = ${product.id} and status <> 'done'`)
  if (!rowCount) throw notFound('upload')
  return product.id
}
