import { z } from 'zod'
import { picture } from './products.ts'
import { currencyCode, id, minor } from './values.ts'

export const maxQuantity = 99
export const quantity = z.int('Expected a whole number').min(1, 'At least 1').max(maxQuantity, `At most ${maxQuantity}`)
/** An id in its one spelling: capitals name the same thing. */
export const identifier = z.uuid('Expected an id').toLowerCase()

export const addItemBody = z.strictObject({ variantId: identifier, quantity: quantity.default(1) })
export const changeItemBody = z.strictObject({ quantity })

export const cartLine = z.object({
  id,
  variantId: id,
  slug: z.string(),
  name: z.string(),
  options: z.record(z.string(), z.string()),
  image: picture.nullable(),
  quantity,
  unitPriceMinor: minor,
  lineTotalMinor: minor,
  /** How many of this variant can be had now, at most 99. */
  available: z.int().min(0).max(maxQuantity),
})
export type CartLine = z.infer<typeof cartLine>

export const cart = z.object({
  lines: z.array(cartLine),
  itemCount: z.int(),
  subtotalMinor: minor,
  currency: currencyCode,
}).meta({ id: 'Cart' })
export type Cart = z.infer<typeof cart>
