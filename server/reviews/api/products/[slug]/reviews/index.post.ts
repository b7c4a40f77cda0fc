import { defineEventHandler, setResponseStatus } from 'h3'
import { type OwnReview, reviewWords } from '../../../../../../shared/schemas/reviews.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { slug } from '../../../../../../shared/schemas/values.ts'
import { claimOf } from '../../../../claim.ts'
import { writeReview } from '../../../../write-review.ts'

export default defineEventHandler(async (event): Promise<OwnReview> => {
  const of = readId(event, slug, 'slug', 'product')
  const words = await readJson(event, reviewWords)
  const { claim } = await claimOf(event)
  const { review, isNew } = await databaseFor(event).write(tx => writeReview(tx, of, claim, words))
  setResponseStatus(event, isNew ? 201 : 200)
  return review
})
