import { defineEventHandler, getHeader, setCookie } from 'h3'
import { z } from 'zod'
import { detailErrors, detailsCookie, detailsOfCookie, emptyDetails } from '../../../../shared/checkout-details.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'

const typed = (length: number) => z.string().max(length).optional()
const form = z.object({
  step: z.enum(['details', 'delivery']),
  email: typed(254), name: typed(120), line1: typed(120), line2: typed(120), city: typed(120), postcode: typed(16), country: typed(2), shippingMethod: typed(40),
})

/** A step of the checkout without JavaScript: what was typed goes into a cookie of the checkout's own, and on to the next step. */
export default defineEventHandler(event => answerForm(event, async () => {
  const { step, ...fields } = await readForm(event, form)
  const details = { ...emptyDetails, ...detailsOfCookie(getHeader(event, 'cookie')), ...fields }
  setCookie(event, detailsCookie, Buffer.from(JSON.stringify(details)).toString('base64url'), {
    path: '/checkout', httpOnly: true, sameSite: 'lax', secure: event.context.platform.config.publicUrl.startsWith('https:'), maxAge: 3_600,
  })
  if (Object.keys(detailErrors(details)).length > 0) return '/checkout?problem=platform/invalid-input'
  return `/checkout?step=${step === 'details' ? 'delivery' : 'payment'}`
}, '/checkout'))
