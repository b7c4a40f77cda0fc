import { z } from 'zod'

/** `POST /api/payments/methods`: a test card, blanks and dashes in its number allowed. */
export const cardBody = z.strictObject({
  number: z.string().transform(value => value.replaceAll(/[\s-]/g, '')).pipe(z.string().regex(/^\d{12,19}$/, 'Expected the 12 to 19 digits on the card')),
  expMonth: z.int().min(1).max(12),
  expYear: z.int().min(2000).max(2100),
  cvc: z.string().regex(/^\d{3,4}$/, 'Expected 3 or 4 digits'),
})
export const paymentMethod = z.object({ id: z.string() })
export type PaymentMethod = z.infer<typeof paymentMethod>

/** What a signed webhook is told. */
export const webhookAnswer = z.object({ received: z.literal(true) })
export type WebhookAnswer = z.infer<typeof webhookAnswer>
