import { defineEventHandler, getHeader, type H3Event } from 'h3'
import { z } from 'zod'
import { localPath } from '../../../../shared/local-path.ts'
import { addedAt, identifier, maxQuantity } from '../../../../shared/schemas/cart.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { notFound } from '../../../platform/http/app-error.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { findSibling } from '../../../products/index.ts'
import { addToCart } from '../../change-cart.ts'

const form = z.object({
  variantId: identifier,
  /** The variant that "Which one" was served with. */
  served: identifier.optional(),
  quantity: z.coerce.number().int().min(1).max(maxQuantity).default(1),
  addedAt: addedAt.optional(),
  orFewer: z.literal('true').transform(() => true).optional(),
}).catchall(z.string())

/** The page that the form stood on, for a refusal; a Referer from elsewhere leads to the cart. */
function cameFrom(referer: string | undefined, host: string | undefined): string {
  if (!referer || !URL.canParse(referer)) return '/cart'
  const url = new URL(referer)
  return url.host === host ? localPath(url.pathname, '/cart') : '/cart'
}

/**
 * A browser that runs scripts shows the options' buttons and hides "Which one". Sent before the script arrived, the buttons
 * say what is meant; without JavaScript they are hidden and say what was served, so "Which one" counts once it is changed.
 * @throws {AppError} 404 when it is not made like that
 */
async function meantVariant(event: H3Event, { variantId, served, ...fields }: z.output<typeof form>): Promise<string> {
  const prefix = 'option-'
  const choices = Object.entries(fields).filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), String(value)] as const)
  if (variantId !== served || choices.length === 0) return variantId
  const meant = await databaseFor(event).read(db => findSibling(db, variantId, Object.fromEntries(choices)))
  if (!meant) throw notFound('variant')
  return meant
}

export default defineEventHandler(event => answerForm(event, async () => {
  const wanted = await readForm(event, form)
  await addToCart(event, { ...wanted, variantId: await meantVariant(event, wanted) })
  return '/cart'
}, cameFrom(getHeader(event, 'referer'), getHeader(event, 'host'))))
