import { defineEventHandler, getQuery } from 'h3'
import { z } from 'zod'
import { reviewWords } from '../../../../shared/schemas/reviews.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { slug as productSlug } from '../../../../shared/schemas/values.ts'
import { claimOf } from '../../claim.ts'
import { writeReview } from '../../write-review.ts'

const form = z.object({ ...reviewWords.shape, rating: z.coerce.number().pipe(reviewWords.shape.rating) })

/** Back to the page that the form stood on, which knows a guest by the query that it came with. */
export default defineEventHandler((event) => {
  const query = getQuery(event)
  const slug = productSlug.safeParse(query.slug).data
  const page = new URLSearchParams()
  for (const name of ['order', 'token']) {
    const value = query[name]
    if (typeof value === 'string') page.set(name, value)
  }
  return answerForm(event, async () => {
    const { rating, title, text, name } = await readForm(event, form)
    const { claim } = await claimOf(event)
    await databaseFor(event).write(tx => writeReview(tx, slug ?? '', claim, { rating, title, text, name }))
    page.set('sent', '1')
    return `/write-review/${slug}?${page}`
  }, slug ? `/write-review/${slug}?${page}` : '/')
})
