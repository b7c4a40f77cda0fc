import { defineEventHandler, setResponseStatus } from 'h3'
import { z } from 'zod'
import { readJson } from '../../../platform/http/input.ts'

const body = z.strictObject({
  number: z.string().transform(value => value.replaceAll(/[\s-]/g, '')).pipe(z.string().regex(/^\d{12,19}$/, 'Expected the 12 to 19 digits on the card')),
  expMonth: z.int().min(1).max(12),
  expYear: z.int().min(2000).max(2100),
  cvc: z.string().regex(/^\d{3,4}$/, 'Expected 3 or 4 digits'),
})

/** Turns a sandbox card into a payment method. With real keys the browser talks to Stripe instead, so that no card number comes here. */
export default defineEventHandler(async (event) => {
  const id = await event.context.gateway.createCard(await readJson(event, body))
  setResponseStatus(event, 201)
  return { id }
})
