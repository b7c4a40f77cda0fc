import { defineEventHandler } from 'h3'
import { type DeadLetterView, letterId } from '../../../../../../shared/schemas/operations.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { findDeadLetter } from '../../../../db/queries.ts'
import { letterView } from '../../../../decide-letter.ts'
import { noSuchLetter } from '../../../../errors.ts'

export default defineEventHandler(async (event): Promise<DeadLetterView> => {
  await requireAdmin(event)
  const id = Number(readId(event, letterId, 'id', 'dead letter'))
  const letter = await databaseFor(event).read(db => findDeadLetter(db, id))
  if (!letter) throw noSuchLetter()
  return letterView(letter)
})
