import { defineEventHandler, setResponseStatus } from 'h3'
import { cardBody, type PaymentMethod } from '../../../../shared/schemas/payments.ts'
import { readJson } from '../../../platform/http/input.ts'

/** Turns a sandbox card into a payment method. With real keys the browser talks to Stripe instead, so that no card number comes here. */
export default defineEventHandler(async (event): Promise<PaymentMethod> => {
  const id = await event.context.gateway.createCard(await readJson(event, cardBody))
  setResponseStatus(event, 201)
  return { id }
})
