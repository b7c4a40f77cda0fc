import { z } from 'zod'

/** What a product's URL may be made of. */
export const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/).max(200)
