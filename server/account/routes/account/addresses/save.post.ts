import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { addressBody } from '../../../../../shared/schemas/account.ts'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { requireUser } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { answerForm } from '../../../../platform/http/form-redirect.ts'
import { readForm } from '../../../../platform/http/input.ts'
import { addAddress, changeAddress } from '../../../keep-addresses.ts'

/** With an id it changes that one; a box that is not ticked says nothing. */
const form = z.object({ ...addressBody.shape, isDefault: z.literal('on').transform(() => true as const).optional(), id: identifier.optional() })

export default defineEventHandler(event => answerForm(event, async () => {
  const { user } = await requireUser(event)
  const { id, isDefault, ...address } = await readForm(event, form)
  await databaseFor(event).write(tx => (id ? changeAddress(tx, user.id, id, { ...address, isDefault }) : addAddress(tx, user.id, { ...address, isDefault })))
  return '/account/addresses?done=saved'
}, '/account/addresses'))
