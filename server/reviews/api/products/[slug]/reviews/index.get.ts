import { type ReviewList, reviewQuery } from '../../../../../../shared/schemas/reviews.ts'
import { freshness } from '../../../../../platform/cache/freshness.ts'
import { definePublicHandler } from '../../../../../platform/cache/public-handler.ts'
import { readId, readQuery } from '../../../../../platform/http/input.ts'
import { slug } from '../../../../../../shared/schemas/values.ts'
import { findReviews } from '../../../../find-reviews.ts'

export default definePublicHandler(freshness.reviews, {
  parse: event => ({ slug: readId(event, slug, 'slug', 'product'), ...readQuery(event, reviewQuery) }),
  load: ({ slug: of, ...query }, { read }): Promise<ReviewList> => read(db => findReviews(db, of, query)),
})
