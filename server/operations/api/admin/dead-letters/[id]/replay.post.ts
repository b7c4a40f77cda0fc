import { defineEventHandler } from 'h3'
import { type DeadLetterView, letterId } from '../../../../../../shared/schemas/operations.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { originOf } from '../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { replayDeadLetter } from '../../../../../platform/outbox/dead-letters.ts'
import { decideLetter } from '../../../../decide-letter.ts'

export default defineEventHandler(async (event): Promise<DeadLetterView> => {
  const { user } = await requireAdmin(event)
  const id = Number(readId(event, letterId, 'id', 'dead letter'))
  return databaseFor(event).write(tx => decideLetter(tx, id, { by: user.id, origin: originOf(event), what: 'replayed', decide: () => replayDeadLetter(tx, id, user.id) }))
})
