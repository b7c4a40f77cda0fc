/** One visit to each page: what is on it, what is missing, and what may never be. */
import type { Cart } from '../../../shared/schemas/cart.ts'
import type { Order } from '../../../shared/schemas/orders.ts'
import type { Problem } from '../../../shared/schemas/problem.ts'
import type { RecommendationList } from '../../../shared/schemas/products.ts'
import { anAddress } from '../../harness/shopper.ts'
import type { Got, PlainBrowser } from './browser.ts'
import type { Page } from './cells.ts'

/** Who visits: each has prepared in good times what the page needs. */
export interface Cast {
  /** Has nothing, not even a cookie. */
  stranger: PlainBrowser
  cartOwner: PlainBrowser
  adder: Shopper
  account: Shopper & { email: string, password: string }
  /** One with stock on hold for each visit. */
  payers: (Shopper & { checkoutId: string })[]
  buyer: PlainBrowser & { order: { id: string, number: string } }
  wares: { keptSlug: string, variantId: string, name: string, freshSlug(): string, freshPrice(): string }
}

/** Somebody whose cart is known: how many things are surely in it, and how many may be, where an answer left it open. */
export interface Shopper { browser: PlainBrowser, sure: number, possible: number }

export interface Seen {
  /** As in the table, or a status that it does not have. */
  outcome: string
  /** Of the slowest request of the visit. */
  tookMs: number
  /** What may never be, whatever breaks. */
  wrong: string[]
  /** Of the answer that brings the recommendations. */
  adviceMs?: number
  /** Placed by this visit. */
  orderId?: string
}

const problemOf = ({ html }: Got): Partial<Problem> => {
  try {
    return JSON.parse(html) as Partial<Problem>
  }
  catch {
    return {}
  }
}

/** What no answer may be: nothing, a stack, a stranger's markup, or a refusal that does not say when to come back. */
function neverOn(got: Got, what: string): string[] {
  const { status, html, headers } = got
  const wrong: string[] = []
  if (status === 0) wrong.push(`${what}: no answer (${html.slice(0, 80)})`)
  if (status === 200 && html.length < 100) wrong.push(`${what}: a blank page`)
  if (/\bat \S+ \(?(?:file:|\/|node:)|ECONNREFUSED|ECONNRESET|query read timeout/.test(html)) wrong.push(`${what}: tells what is inside`)
  if (/<img src=x|<script>alert/.test(html)) wrong.push(`${what}: a stranger's markup`)
  if (status === 500) wrong.push(`${what}: 500`)
  if (status === 503) {
    if (!(Number(headers.get('retry-after')) > 0)) wrong.push(`${what}: 503 without Retry-After`)
    const html503 = headers.get('content-type')?.startsWith('text/html')
    if (html503 ? !html.includes('catching our breath') : !problemOf(got).title) wrong.push(`${what}: 503 without a word`)
  }
  return wrong
}

/** Looks for the parts of a page by name. */
const missingOf = (html: string, parts: Record<string, string | RegExp>) =>
  Object.entries(parts).filter(([, mark]) => typeof mark === 'string' ? !html.includes(mark) : !mark.test(html)).map(([name]) => name)

const navigation = { navigation: 'aria-label="Categories"' }
const tiles = { tiles: '<article', price: /£\d+\.\d\d/ }

function seenOf(got: Got, what: string, parts: Record<string, string | RegExp>): Seen {
  const missing = got.status === 200 ? missingOf(got.html, parts) : []
  return { outcome: got.status === 200 ? (missing.length ? `DEG(${missing.join(', ')})` : 'OK') : String(got.status), tookMs: got.tookMs, wrong: neverOn(got, what) }
}
const slowest = (...all: Got[]) => Math.max(...all.map(got => got.tookMs))

/** A form that was refused leads back to a page that says so, or is refused itself. */
async function afterForm(browser: PlainBrowser, sent: Got, refused: boolean): Promise<{ wrong: string[], gots: Got[] }> {
  const to = sent.headers.get('location') ?? ''
  const wrong = neverOn(sent, 'the form')
  if (sent.status !== 303) return { wrong: sent.status === 503 && refused ? wrong : [...wrong, `the form: ${sent.status}`], gots: [sent] }
  if (!to.includes('problem=')) return { wrong, gots: [sent] }
  const page = await browser.get(to)
  wrong.push(...neverOn(page, 'the page after the form'))
  if (page.status === 200 && !page.html.includes('role="alert"')) wrong.push('the page after the form does not say what happened')
  return { wrong, gots: [sent, page] }
}

async function product({ stranger, wares }: Cast): Promise<Seen> {
  const slug = wares.freshSlug()
  const page = await stranger.get(`/products/${slug}`)
  const seen = seenOf(page, 'the page', { ...navigation, 'name': slug, 'price': '£18.00', 'add to basket': 'Add to basket', 'place of the recommendations': 'id="also-good"' })
  if (seen.outcome !== 'OK') return seen
  const advice = await stranger.json('GET', `/api/products/${slug}/recommendations`)
  seen.wrong.push(...neverOn(advice, 'the recommendations'))
  seen.adviceMs = advice.tookMs
  const { source, items = [] } = problemOf(advice) as Partial<RecommendationList>
  if (advice.status !== 200 || items.length === 0) seen.wrong.push('not even bestsellers')
  if (source !== 'service') seen.outcome = 'DEG(recommendations)'
  return seen
}

async function add({ adder, wares }: Cast): Promise<Seen> {
  const { browser } = adder
  adder.possible += 2 * browser.bases.length
  const sent = await browser.json('POST', '/api/cart/items', { variantId: wares.variantId, quantity: 1 })
  const form = await browser.form('/cart/add', { variantId: wares.variantId, quantity: '1' }, `/products/${wares.keptSlug}`)
  adder.sure += Number(sent.status === 200) + Number(form.headers.get('location') === '/cart')
  const after = await afterForm(browser, form, sent.status === 503)
  return { outcome: sent.status === 200 ? 'OK' : String(sent.status), tookMs: slowest(sent, ...after.gots), wrong: [...neverOn(sent, 'adding'), ...after.wrong] }
}

async function login({ account }: Cast): Promise<Seen> {
  const { browser, email, password } = account
  const sent = await browser.json('POST', '/api/auth/login', { email, password })
  const form = await browser.form('/auth/login', { email, password }, '/login')
  const after = await afterForm(browser, form, sent.status === 503)
  return { outcome: sent.status === 200 ? 'OK' : String(sent.status), tookMs: slowest(sent, ...after.gots), wrong: [...neverOn(sent, 'logging in'), ...after.wrong] }
}

async function pay({ payers }: Cast): Promise<Seen> {
  const payer = payers.shift()!
  const { browser } = payer
  const held = await browser.json('POST', '/api/checkout')
  const checkoutId = held.status === 201 ? (JSON.parse(held.html) as { id: string }).id : payer.checkoutId
  const paid = await browser.json('POST', '/api/orders', { checkoutId, email: 'ada@example.com', address: anAddress, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }, { 'idempotency-key': `"${crypto.randomUUID()}"` })
  const wrong = [...neverOn(held, 'the checkout'), ...neverOn(paid, 'paying')]
  if (paid.status !== 201 && paid.status !== 202) {
    // An order whose payment is open has taken the things out of the cart.
    if (!/payments|database-unavailable/.test(problemOf(paid).code ?? '')) wrong.push(`refused with ${problemOf(paid).code}`)
    if (paid.status === 503 && problemOf(paid).code !== 'payments/gateway-unavailable') payer.sure = 0
    return { outcome: String(paid.status), tookMs: slowest(held, paid), wrong }
  }
  payer.sure = 0
  // Until the bank has said yes, it all stays in the cart.
  payer.possible = paid.status === 202 ? 1 : 0
  const order = JSON.parse(paid.html) as Order
  const page = await browser.get(`/orders/${order.id}`)
  const seen = seenOf(page, 'its page', { number: order.number, total: `£${(order.totalMinor / 100).toFixed(2)}`, status: 'Where it is' })
  wrong.push(...seen.wrong)
  if (seen.outcome !== 'OK') wrong.push(`its page: ${seen.outcome}`)
  return { outcome: paid.status === 202 ? 'pending' : 'OK', tookMs: slowest(held, paid, page), wrong, orderId: order.id }
}

/** What is visited, by page. */
export const visits: Record<Page, (cast: Cast) => Promise<Seen>> = {
  home: async ({ stranger }) => seenOf(await stranger.get('/'), 'the page', { ...navigation, ...tiles, 'latest things': 'Fresh off the press' }),
  category: async ({ stranger, wares }) => seenOf(await stranger.get(`/categories/mugs?min=${wares.freshPrice()}`), 'the page', { ...navigation, ...tiles, filters: 'Filter and sort', total: /\d+ things/ }),
  search: async ({ stranger, wares }) => seenOf(await stranger.get(`/search?q=mug&min=${wares.freshPrice()}`), 'the page', { ...navigation, ...tiles, total: /\d+ things/ }),
  product,
  cart: async ({ cartOwner, wares }) => seenOf(await cartOwner.get('/cart'), 'the page', { ...navigation, 'lines': 'aria-label="Things in your basket"', 'the thing': wares.name, 'price': '£18.00' }),
  add,
  login,
  pay,
  order: async ({ buyer }) => seenOf(await buyer.get(`/orders/${buyer.order.id}`), 'the page', { ...navigation, number: buyer.order.number, status: 'Where it is' }),
}

/** How many things are in this browser's cart; null when nobody says. */
export async function cartCount(browser: PlainBrowser): Promise<number | null> {
  const got = await browser.json('GET', '/api/cart')
  return got.status === 200 ? (JSON.parse(got.html) as Cart).itemCount : null
}
