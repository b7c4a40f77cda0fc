import { z } from 'zod'
import type { RecommendationList } from '../../shared/schemas/products.ts'
import type { Reader } from '../platform/db/database.ts'
import { fetchJson } from '../platform/resilience/fetch-json.ts'
import type { Outbound } from '../platform/resilience/outbound.ts'
import { listBestsellers, listBySlugs } from './db/listing.ts'

const answer = z.object({ items: z.array(z.object({ slug: z.string().regex(/^[a-z0-9-]{1,120}$/) })).max(50) })

/** Where recommendations come from: an outside service behind its guards, or nowhere. */
export interface RecommendationSource { url: string, outbound: Outbound }

declare module 'h3' {
  interface H3EventContext {
    recommendations: RecommendationSource | null
  }
}

const limit = 4

/** What goes with a product. Whatever is wrong with the service, the shopper sees bestsellers instead, within its time budget. */
export async function recommend(db: Reader, source: RecommendationSource | null, slug: string): Promise<RecommendationList> {
  if (source) {
    try {
      const { items } = await fetchJson(source.outbound, answer, { url: `${source.url}?slug=${encodeURIComponent(slug)}&limit=${limit * 2}`, maxBytes: 32_000, repeatable: false })
      const cards = await listBySlugs(db, items.map(item => item.slug).filter(other => other !== slug).slice(0, limit))
      if (cards.length > 0) return { items: cards, source: 'service' }
    }
    catch {
      // Named in the answer's `source`; the breaker's state tells operators.
    }
  }
  return { items: await listBestsellers(db, { notSlug: slug, limit }), source: 'fallback' }
}
