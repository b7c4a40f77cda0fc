import { defineEventHandler } from 'h3'
import type { ReviewStanding } from '../../../../../../shared/schemas/reviews.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { slug } from '../../../../../../shared/schemas/values.ts'
import { claimOf } from '../../../../claim.ts'
import { standingOf } from '../../../../write-review.ts'

export default defineEventHandler(async (event): Promise<ReviewStanding> => {
  const of = readId(event, slug, 'slug', 'product')
  const { claim, name } = await claimOf(event)
  return databaseFor(event).read(db => standingOf(db, of, claim, name))
})
