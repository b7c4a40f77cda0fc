import { z } from 'zod'

/** What an answer names things with. */
export const id = z.uuid()
/** A time of the database's clock, in UTC. */
export const instant = z.iso.datetime()
/** Money in pence. */
export const minor = z.int()
/** ISO 4217. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/)
/** Where the next page begins; opaque, null after the last. */
export const nextCursor = z.string().nullable()
/** How many of a list, and from where on. */
export const pageQuery = z.object({ limit: z.coerce.number().int().min(1).max(100).default(24), cursor: z.string().max(500).optional() })
/** What a product's URL may be made of. */
export const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/).max(200)
