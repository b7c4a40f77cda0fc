import { defineEventHandler, getHeader } from 'h3'
import { z } from 'zod'
import { localPath } from '../../../../shared/local-path.ts'
import { addedAt, identifier, maxQuantity } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { addToCart } from '../../change-cart.ts'

const form = z.object({
  variantId: identifier,
  quantity: z.coerce.number().int().min(1).max(maxQuantity).default(1),
  addedAt: addedAt.optional(),
  orFewer: z.literal('true').transform(() => true).optional(),
})

/** The page that the form stood on, for a refusal; a Referer from elsewhere leads to the cart. */
function cameFrom(referer: string | undefined, host: string | undefined): string {
  if (!referer || !URL.canParse(referer)) return '/cart'
  const url = new URL(referer)
  return url.host === host ? localPath(url.pathname, '/cart') : '/cart'
}

export default defineEventHandler(event => answerForm(event, async () => {
  await addToCart(event, await readForm(event, form))
  return '/cart'
}, cameFrom(getHeader(event, 'referer'), getHeader(event, 'host'))))
