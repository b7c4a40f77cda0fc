import { z } from 'zod'
import { picture } from './products.ts'

export const maxQuantity = 99
export const quantity = z.int('Expected a whole number').min(1, 'At least 1').max(maxQuantity, `At most ${maxQuantity}`)
/** An id in its one spelling: capitals name the same thing. */
export const identifier = z.uuid('Expected an id').toLowerCase()

export const addItemBody = z.strictObject({ variantId: identifier, quantity: quantity.default(1) })
export const changeItemBody = z.strictObject({ quantity })

export const cartLine = z.object({
  id: z.string(),
  variantId: z.string(),
  slug: z.string(),
  name: z.string(),
  options: z.record(z.string(), z.string()),
  image: picture.nullable(),
  quantity: z.number().int(),
  unitPriceMinor: z.number().int(),
  lineTotalMinor: z.number().int(),
  /** How many of this variant can be had now, at most 99. */
  available: z.number().int(),
})
export type CartLine = z.infer<typeof cartLine>

export const cart = z.object({
  lines: z.array(cartLine),
  itemCount: z.number().int(),
  subtotalMinor: z.number().int(),
  currency: z.string(),
})
export type Cart = z.infer<typeof cart>
