import { desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../platform/db/database.ts'
import { fetchJson } from '../platform/resilience/fetch-json.ts'
import { createOutbound } from '../platform/resilience/outbound.ts'
import { products } from './db/tables.ts'

const most = 5_000

/** Tells the recommendation service what the shop sells, the newest first; it can only recommend what it knows. Throws when it cannot be reached. */
export function recommendationFeed(url: string, database: Pick<Database, 'read'>): () => Promise<void> {
  const outbound = createOutbound({ name: 'the recommendation feed', timeoutMs: 5_000, concurrency: 1 })
  return async () => {
    const slugs = await database.read(db => db.select({ slug: products.slug, category: products.categorySlug }).from(products).where(eq(products.published, true)).orderBy(desc(products.publishedAt), desc(products.id)).limit(most))
    await fetchJson(outbound, z.unknown(), { url: `${url}/catalogue`, method: 'PUT', body: { slugs }, repeatable: true })
  }
}
