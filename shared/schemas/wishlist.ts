import { z } from 'zod'
import { identifier } from './cart.ts'
import { picture } from './products.ts'
import { currencyCode, id, instant, minor } from './values.ts'

export const maxWishes = 200

export const wishBody = z.strictObject({ productId: identifier })
export const moveWishBody = z.strictObject({ variantId: identifier })

export const wish = z.object({
  productId: id,
  slug: z.string(),
  name: z.string(),
  image: picture.nullable(),
  /** The cheapest variant's. */
  priceMinor: minor,
  maxPriceMinor: minor,
  currency: currencyCode,
  inStock: z.boolean(),
  variants: z.array(z.object({ id, options: z.record(z.string(), z.string()), priceMinor: minor, inStock: z.boolean() })),
  addedAt: instant,
})
export type Wish = z.infer<typeof wish>

/** The latest wish first. */
export const wishlist = z.object({ items: z.array(wish) }).meta({ id: 'Wishlist' })
export type Wishlist = z.infer<typeof wishlist>

/** Which products are wished for, for the hearts on other pages. */
export const wishedIds = z.object({ productIds: z.array(id) })
export type WishedIds = z.infer<typeof wishedIds>
