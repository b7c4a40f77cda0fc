import { defineEventHandler, setResponseHeader } from 'h3'
import type { RecommendationList } from '../../../../../shared/schemas/products.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId } from '../../../../platform/http/input.ts'
import { recommend } from '../../../recommend.ts'
import { slug } from '../../../slug.ts'

export default defineEventHandler((event): Promise<RecommendationList> => {
  const of = readId(event, slug, 'slug', 'product')
  setResponseHeader(event, 'cache-control', 'public, max-age=30')
  return databaseFor(event).readPublic(db => recommend(db, event.context.recommendations, of))
})
