import type { RecommendationList } from '../../../../../shared/schemas/products.ts'
import { freshness } from '../../../../platform/cache/freshness.ts'
import { definePublicHandler } from '../../../../platform/cache/public-handler.ts'
import { readId } from '../../../../platform/http/input.ts'
import { recommend } from '../../../recommend.ts'
import { slug } from '../../../slug.ts'

export default definePublicHandler(freshness.recommendations, {
  parse: event => ({ slug: readId(event, slug, 'slug', 'product') }),
  load: ({ slug: of }, { read }, { recommendations }): Promise<RecommendationList> => recommend(read, recommendations, of),
})
