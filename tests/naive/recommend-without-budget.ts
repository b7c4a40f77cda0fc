import type { RouteDatabase } from '../../server/platform/db/for-event.ts'
import { listBySlugs } from '../../server/products/db/listing.ts'

/** Asks the service as if it were one of us: for as long as it takes, and whatever it says. */
export async function recommendWithoutBudget(read: RouteDatabase['readPublic'], url: string, slug: string) {
  const answer = await fetch(`${url}?slug=${encodeURIComponent(slug)}&limit=8`)
  const { items } = await answer.json() as { items: { slug: string }[] }
  return { items: await read(db => listBySlugs(db, items.map(item => item.slug))) }
}
