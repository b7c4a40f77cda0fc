import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier } from '../../../../shared/schemas/cart.ts'
import { ensureShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { slug as productSlug } from '../../../../shared/schemas/values.ts'
import { voteHelpful } from '../../vote.ts'

const form = z.object({ id: identifier, slug: productSlug, helpful: z.enum(['true', 'false']).default('true') })

export default defineEventHandler(event => answerForm(event, async () => {
  const { id, slug, helpful } = await readForm(event, form)
  const ownerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  await databaseFor(event).write(tx => voteHelpful(tx, id, ownerId, helpful === 'true'))
  return `/reviews/${slug}#review-${id}`
}, '/'))
