/**
 * Prevents: another site making a shopper's browser buy, log in or change the cart (CSRF).
 * Guarantees: an unsafe request that a browser sends from another origin is answered 403; the cookie is `SameSite=Lax`
 * besides. Signed webhooks come from no browser and prove themselves.
 *
 * @pattern fetch-metadata
 */
import { defineEventHandler, getHeader } from 'h3'
import { refuseInWords } from '../platform/http/refusal-page.ts'
import { crossOrigin } from '../platform/http/refusals.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

export default defineEventHandler((event) => {
  if (safe.has(event.method) || /^\/api\/(?:payments|fulfilment)\/webhook$/.test(event.path)) return
  const site = getHeader(event, 'sec-fetch-site')
  const origin = getHeader(event, 'origin')
  const host = getHeader(event, 'host')
  // Without Fetch Metadata (an old browser) the Origin decides; without both it is no browser, and has no cookie to abuse.
  const foreign = site ? site !== 'same-origin' && site !== 'none' : origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)
  if (!foreign) return
  const refusal = crossOrigin()
  // Not rendered: this stands before the limits.
  if (!event.path.startsWith('/api')) return refuseInWords(event, refusal)
  throw refusal
})
