import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { requireUser } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { answerForm } from '../../../../platform/http/form-redirect.ts'
import { readForm } from '../../../../platform/http/input.ts'
import { changeAddress, deleteAddress } from '../../../keep-addresses.ts'

/** Which button of an address was pressed. */
const form = z.object({ id: identifier, action: z.enum(['default', 'delete']) })

export default defineEventHandler(event => answerForm(event, async () => {
  const { user } = await requireUser(event)
  const { id, action } = await readForm(event, form)
  await databaseFor(event).write(async (tx) => {
    if (action === 'delete') await deleteAddress(tx, user.id, id)
    else await changeAddress(tx, user.id, id, { isDefault: true })
  })
  return `/account/addresses?done=${action}`
}, '/account/addresses'))
