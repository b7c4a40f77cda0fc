import { z } from 'zod'
import { picture } from './products.ts'
import { line } from './text.ts'
import { currencyCode, id, instant, minor } from './values.ts'

export const maxQuantity = 99
export const quantity = z.int('Expected a whole number').min(1, 'At least 1').max(maxQuantity, `At most ${maxQuantity}`)
/** An id in its one spelling: capitals name the same thing. */
export const identifier = z.uuid('Expected an id').toLowerCase()

/** When a line was added, which is its place in the cart. */
export const addedAt = z.iso.datetime('Expected an instant')

export const addItemBody = z.strictObject({
  variantId: identifier,
  quantity: quantity.default(1),
  /** The place of a line that was taken out and comes back. */
  addedAt: addedAt.optional(),
  /** When there are not that many, as many as there are will do. */
  orFewer: z.boolean().optional(),
})
export type AddItemBody = z.output<typeof addItemBody>
export const changeItemBody = z.strictObject({ quantity })
/** `POST /api/cart/promo`. */
export const promoBody = z.strictObject({ code: line(40, 'Type a code first') })

/** A code that stands with a cart or a checkout: what it does, or why it does nothing right now. */
export const shownPromo = z.object({
  code: z.string(),
  label: z.string(),
  /** Standard delivery costs nothing. */
  freeShipping: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
}).meta({ id: 'ShownPromo' })
export type ShownPromo = z.infer<typeof shownPromo>

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
  addedAt: instant,
  /** What one of it cost when it was added; null when nobody wrote it down. */
  seenPriceMinor: minor.nullable(),
  /** What its shopper had wanted, when the shop lowered the quantity to what was left. */
  reducedFrom: quantity.nullable(),
})
export type CartLine = z.infer<typeof cartLine>

export const cart = z.object({
  lines: z.array(cartLine),
  /** What is no longer sold, and has to be taken out before checking out. */
  gone: z.array(z.object({ id, variantId: id, name: z.string(), options: z.record(z.string(), z.string()) })),
  itemCount: z.int(),
  subtotalMinor: minor,
  /** What the code takes off the goods. */
  discountMinor: minor,
  promo: shownPromo.nullable(),
  currency: currencyCode,
}).meta({ id: 'Cart' })
export type Cart = z.infer<typeof cart>
