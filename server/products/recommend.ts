import { z } from 'zod'
import type { RecommendationList } from '../../shared/schemas/products.ts'
import type { RouteDatabase } from '../platform/db/for-event.ts'
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

/**
 * What goes with a product. Whatever is wrong with the service, the shopper sees bestsellers instead, within its time budget.
 * No place at a database is held while the service is asked: the fallback to the primary has few.
 */
export async function recommend(read: RouteDatabase['readPublic'], source: RecommendationSource | null, slug: string): Promise<RecommendationList> {
  if (source) {
    try {
      const { items } = await fetchJson(source.outbound, answer, { url: `${source.url}?slug=${encodeURIComponent(slug)}&limit=${limit * 2}`, maxBytes: 32_000, repeatable: false })
      const others = items.map(item => item.slug).filter(other => other !== slug).slice(0, limit)
      const cards = await read(db => listBySlugs(db, others))
      if (cards.length > 0) return { items: cards, source: 'service' }
    }
    catch {
      // Named in the answer's `source`; the breaker's state tells operators.
    }
  }
  return { items: await read(db => listBestsellers(db, { notSlug: slug, limit })), source: 'fallback' }
}
