import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { returnBody } from '../../../../../shared/schemas/returns.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { answerForm } from '../../../../platform/http/form-redirect.ts'
import { readForm, readId } from '../../../../platform/http/input.ts'
import { invalidInput } from '../../../../platform/http/refusals.ts'
import { orderPage } from '../../../order-page.ts'
import { orderReader } from '../../../order-reader.ts'
import { requestReturn } from '../../../returns/request-return.ts'

/** A field for each thing, named by its variant, with how many of it come back. */
const form = z.looseObject({ reason: z.string().default('') })
const prefix = 'return-'

export default defineEventHandler((event) => {
  const id = readId(event, identifier, 'id', 'order')
  return answerForm(event, async () => {
    const { reason, ...fields } = await readForm(event, form)
    const lines = Object.entries(fields).filter(([name, value]) => name.startsWith(prefix) && Number(value) > 0)
      .map(([name, value]) => ({ variantId: name.slice(prefix.length), quantity: Number(value) }))
    const parsed = returnBody.safeParse({ lines, reason })
    if (!parsed.success) throw invalidInput('form', parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })))
    const reader = await orderReader(event)
    await databaseFor(event).write(tx => requestReturn(tx, id, reader, parsed.data))
    return orderPage(event, id, { done: 'returned' })
  }, orderPage(event, id))
})
