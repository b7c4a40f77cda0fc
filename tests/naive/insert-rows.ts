import type { Readable } from 'node:stream'
import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'
import { readShopifyCsv } from '../../server/products/import/read-shopify-csv.ts'

/** Inserts a file product by product and stops at the first that the database refuses; a product that is there is one. */
export async function insertRows(database: Pick<Database, 'write'>, input: Readable): Promise<void> {
  for await (const { handle } of readShopifyCsv(input, { onRow: () => {}, onReject: () => {} })) {
    await database.write(tx => tx.execute(sql`insert into naive_products values (${handle})`))
  }
}
