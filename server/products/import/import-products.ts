/**
 * Prevents: one bad product keeping the rest of a catalogue out, and a repeated or interrupted import doing harm.
 * Guarantees: products are committed in batches; when a batch fails, each of its products gets a transaction of its own,
 * so that only what is at fault is left out. Products are known by their handle: the same file again changes nothing.
 *
 * @pattern repeatable-import
 */
import type { Readable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { databaseErrorOf, isConnectionError } from '../../platform/db/connect.ts'
import type { Database } from '../../platform/db/database.ts'
import { AppError } from '../../platform/http/app-error.ts'
import type { CatalogueProduct } from '../catalogue-product.ts'
import { type SaveOutcome, saveProducts } from '../save-product.ts'
import { readShopifyCsv, type Rejection, type RowGroup } from './read-shopify-csv.ts'
import { toCatalogueProduct } from './to-catalogue-product.ts'

const batchSize = 50

export interface ImportSummary {
  /** Rows of the file, the header aside. */
  rows: number
  created: number
  updated: number
  unchanged: number
  /** Products that are drafts, archived or not published. */
  unpublished: number
  rejectedRows: number
}

export interface ImportDeps {
  database: Pick<Database, 'write' | 'fresh'>
  onReject?: (rejection: Rejection) => void
  /** Called after each batch with the same object, which keeps counting. */
  onProgress?: (summary: Readonly<ImportSummary>) => void
}

interface Waiting { product: CatalogueProduct, lineOf: Map<string, number>, group: RowGroup }

/**
 * Imports Shopify's product CSV from a stream of bytes.
 * @throws {UnreadableFile} when the file, or its rest, cannot be read; what came before is committed
 * @throws {AppError} 503 when the database goes away; the same import may be run again
 */
export async function importProducts({ database, onReject = () => {}, onProgress = () => {} }: ImportDeps, input: Readable): Promise<ImportSummary> {
  const summary: ImportSummary = { rows: 0, created: 0, updated: 0, unchanged: 0, unpublished: 0, rejectedRows: 0 }
  const startedAt = Date.now()
  const firstLineOf = new Map<string, number>()
  let batch: Waiting[] = []

  function reject(rejection: Rejection) {
    summary.rejectedRows += rejection.rows
    onReject(rejection)
  }

  async function flush() {
    const saved = await saveBatch(database, await withoutTakenSkus(database, batch, reject), reject)
    for (const outcome of saved) summary[outcome] += 1
    batch = []
    onProgress(summary)
  }

  function take(group: RowGroup) {
    // The file's order is the shop's order: its first product counts as the newest.
    const mapped = toCatalogueProduct(group, new Date(startedAt - firstLineOf.size))
    if (mapped.kind === 'unpublished') summary.unpublished += 1
    else if (mapped.kind === 'rejected') mapped.rejections.forEach(reject)
    else {
      const line = group.rows[0]!.line
      const { slug } = mapped.product
      const earlier = firstLineOf.get(slug)
      if (earlier !== undefined) {
        reject({ line, rows: group.rows.length, handle: group.handle, reason: `its product began on line ${earlier}; the rows of a product must stand together, and handles must differ in letters or digits` })
        return
      }
      firstLineOf.set(slug, line)
      mapped.rejections.forEach(reject)
      batch.push({ product: mapped.product, lineOf: mapped.lineOf, group })
    }
  }

  try {
    for await (const group of readShopifyCsv(input, { onRow: () => (summary.rows += 1), onReject: reject })) {
      take(group)
      if (batch.length >= batchSize) await flush()
    }
  }
  finally {
    await flush()
  }
  return summary
}

/** Takes out the variants whose SKU belongs to another product, of this batch or of the shop; the first to have it keeps it. */
async function withoutTakenSkus(database: ImportDeps['database'], batch: Waiting[], reject: (rejection: Rejection) => void): Promise<Waiting[]> {
  const skus = batch.flatMap(({ product }) => product.variants.map(variant => variant.sku))
  if (skus.length === 0) return []
  const { rows } = await database.fresh(db => db.execute<{ sku: string, slug: string }>(sql`
    select v.sku, p.slug from variants v join products p on p.id = v.product_id where v.sku = any(${sql.param(skus)}::text[])`))
  const ownerOf = new Map(rows.map(row => [row.sku, row.slug]))
  return batch.filter(({ product, lineOf, group }) => {
    const { slug } = product
    const kept = product.variants.filter(({ sku }) => {
      const owner = ownerOf.get(sku) ?? slug
      ownerOf.set(sku, owner)
      if (owner !== slug) reject({ line: lineOf.get(sku)!, rows: 1, handle: group.handle, reason: `its SKU "${sku}" belongs to the product "${owner}"` })
      return owner === slug
    })
    if (kept.length < product.variants.length) {
      product.variants = kept
      product.options = product.options.map(option => ({ ...option, values: option.values.filter(value => kept.some(variant => variant.options[option.name] === value)) }))
    }
    return kept.length > 0
  })
}

async function saveBatch({ write }: ImportDeps['database'], batch: Waiting[], reject: (rejection: Rejection) => void): Promise<SaveOutcome[]> {
  if (batch.length === 0) return []
  const saveAll = (some: Waiting[]) => write(tx => saveProducts(tx, some.map(({ product }) => product)))
  try {
    return (await saveAll(batch)).result
  }
  catch (error) {
    refuseToGoOn(error)
    const saved: SaveOutcome[] = []
    for (const one of batch) {
      try {
        saved.push(...(await saveAll([one])).result)
      }
      catch (fault) {
        refuseToGoOn(fault)
        reject({ line: one.group.rows[0]!.line, rows: one.group.rows.length, handle: one.group.handle, reason: fault instanceof AppError ? fault.title : `the database refuses it: ${databaseErrorOf(fault).message}` })
      }
    }
    return saved
  }
}

/** Without a database, or without its tables, no product is at fault. */
function refuseToGoOn(error: unknown): void {
  if (isConnectionError(error) || (error instanceof AppError && error.statusCode === 503) || databaseErrorOf(error).code === '42P01') throw error
}
