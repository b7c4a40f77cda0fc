import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { type HelpfulAnswer, helpfulBody } from '../../../../../shared/schemas/reviews.ts'
import { ensureShopper, ownerOf } from '../../../../auth/index.ts'
import { ownerIdOf } from '../../../../cart/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../platform/http/input.ts'
import { voteHelpful } from '../../../vote.ts'

export default defineEventHandler(async (event): Promise<HelpfulAnswer> => {
  const id = readId(event, identifier, 'id', 'review')
  const { helpful } = await readJson(event, helpfulBody)
  const ownerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  return databaseFor(event).write(tx => voteHelpful(tx, id, ownerId, helpful))
})
