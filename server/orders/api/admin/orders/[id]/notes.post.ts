import { defineEventHandler, setResponseStatus } from 'h3'
import { identifier } from '../../../../../../shared/schemas/cart.ts'
import { noteBody, type OrderNote } from '../../../../../../shared/schemas/desk.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { audit, originOf } from '../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { addNote } from '../../../../desk/notes.ts'

export default defineEventHandler(async (event): Promise<OrderNote> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, identifier, 'id', 'order')
  const { body } = await readJson(event, noteBody)
  const note = await databaseFor(event).write(async (tx) => {
    const added = await addNote(tx, id, { body, by: user })
    await audit(tx, { ...originOf(event), kind: 'orders.note-added', actorId: user.id, detail: { orderId: id, noteId: added.id } })
    return added
  })
  setResponseStatus(event, 201)
  return note
})
