import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, type Described, mistakesIn, type RawAnswer } from '../harness/api.ts'
import { type FuzzRequest, type Known, percentEncoded, requestsTo } from '../harness/arbitrary-requests.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { buryLetter, forgetLetters, type Furnished, furnish, logInAs } from '../harness/furnished.ts'
import { long } from '../harness/long.ts'
import { addPromotion } from '../harness/promotions.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, type TestShopper } from '../harness/shopper.ts'

/** `FUZZ_SEED=… FUZZ_RUNS=…` repeats a run, or looks longer. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_122)
const runs = Number(process.env.FUZZ_RUNS ?? (long ? 500 : 30))

const shop = runningShop()
const api = await apiOf(shop.url)
const admins = { id: '' }
let mine: Furnished
let known: Known
const seen = new Map<string, Map<number, number>>()

beforeAll(async () => {
  console.info(`fuzz: FUZZ_SEED=${seed} FUZZ_RUNS=${runs}, ${api.length} routes`)
  mine = await furnish(shop)
  const admin = await shop.admin()
  admins.id = (await admin.get<{ user: { id: string } }>('/api/auth/session')).body.user.id
  known = { variantId: [mine.variantId], productId: [mine.productId], revision: ['1'], code: [(await addPromotion(shop.database)).code, 'FUZZED'], checkoutId: [mine.checkoutId], slug: [mine.slug, 'tidewater-mug'], category: ['mugs'], paymentMethod: ['pm_card_visa', 'pm_card_chargeDeclined', 'pm_none'], number: ['4242424242424242', '4000000000000002'], current: ['a long password'] }
})
afterAll(async () => {
  await forgetLetters(shop)
  await shop.close()
})

/** The ids of what the fuzzer owns; a letter is made anew, since it can be decided over once. */
async function idsFor(path: string): Promise<string[]> {
  if (path.startsWith('/api/admin/dead-letters')) return [await buryLetter(shop), await buryLetter(shop)]
  if (path.startsWith('/api/admin/returns')) return [mine.returnId]
  if (path.startsWith('/api/admin/promotions')) return [(await addPromotion(shop.database)).id]
  if (path.includes('/orders/')) return [mine.orderId, mine.deliveredId]
  if (path.includes('/reviews/')) return [mine.reviewId]
  if (path.startsWith('/api/wishlist')) return [mine.productId]
  if (path.startsWith('/api/checkout')) return [mine.checkoutId]
  if (path.startsWith('/api/cart')) return [mine.lineId]
  if (path.startsWith('/api/account/addresses')) return [await keepAddress(), await keepAddress()]
  return [await logInAs(shop, shop.shopper(), mine.userId!)]
}

/** Anew each time: the fuzzer deletes what it finds. */
async function keepAddress(): Promise<string> {
  const { rows } = await shop.database.fresh(db => db.execute<{ id: string }>(sql`insert into addresses (user_id, address) values (${mine.userId}, ${JSON.stringify(anAddress)}::jsonb) returning id`))
  return rows[0]!.id
}

async function ownProduct(): Promise<string> {
  const slug = `fuzz-${crypto.randomUUID().slice(0, 8)}`
  await addProduct(shop.database, product(slug))
  return slug
}

async function openCheckout(): Promise<string> {
  await logInAs(shop, mine.shopper, mine.userId!)
  await mine.shopper.add(mine.variantId)
  return (await mine.shopper.checkout()).body.id
}

async function send({ method, path }: Described, request: FuzzRequest, cookie: string): Promise<RawAnswer> {
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => percentEncoded(request.params[name]!) || '%20')
  const query = request.query.map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`).join('&')
  const response = await fetch(`${shop.url}${target}${query && '?'}${query}`, {
    method: request.otherMethod ? 'PUT' : method,
    headers: { ...request.headers, ...(cookie && { cookie }), ...(request.contentType && { 'content-type': request.contentType }) },
    body: method === 'GET' && !request.otherMethod ? undefined : request.body,
    signal: AbortSignal.timeout(20_000),
  })
  const stream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (stream) await response.body?.cancel()
  return { status: response.status, headers: response.headers, text: stream ? '' : await response.text() }
}

type Who = 'guest' | 'user' | 'admin'

/** A fresh session each time: what the fuzzer logs out of or ends is its own. */
async function cookieOf(who: Who, shopper: TestShopper): Promise<string> {
  if (who === 'guest') return ''
  await logInAs(shop, shopper, who === 'admin' ? admins.id : mine.userId!)
  return shopper.cookie
}

const hashesPasswords = /\/auth\/(?:register|login|password|reset)|\/account\/deletion/

describe.each(api.map(one => ({ name: `${one.method} ${one.path}`, one })))('$name', ({ name, one }) => {
  test('answers whatever is sent as the document says', async () => {
    const counts = new Map<number, number>()
    seen.set(name, counts)
    const whos: readonly Who[] = one.operation['x-access'] === 'admin' ? ['admin', 'admin', 'user', 'guest'] : ['user', 'user', 'guest', 'admin']
    // What it takes off sale or gives another price is nobody else's.
    const slug = name === 'POST /api/admin/products' ? ['fuzzed'] : one.path.startsWith('/api/admin/products') ? [await ownProduct()] : known.slug!
    if (name === 'POST /api/orders') known.checkoutId = [await openCheckout()]
    const arbitrary = fc.tuple(requestsTo(one.operation, { ...known, slug, id: await idsFor(one.path) }), fc.constantFrom(...whos))
    await fc.assert(fc.asyncProperty(arbitrary, async ([request, who]) => {
      const answer = await send(one, request, await cookieOf(who, shop.shopper()))
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
      const mistakes = mistakesIn(answer, one.operation, request)
      if (mistakes.length > 0) throw new Error(`${mistakes.join('\n')}\n${who}: ${JSON.stringify(request).slice(0, 2_000)}`)
    }), { seed, numRuns: hashesPasswords.test(name) ? Math.ceil(runs / 2) : runs, endOnFailure: runs > 200 })
  })
})

test('the fuzzer got past the door: nearly every route answered it with more than refusals', () => {
  const refused = [...seen].filter(([, counts]) => ![...counts.keys()].some(status => status < 400)).map(([name]) => name)
  console.info(`fuzz: ${[...seen.values()].flatMap(counts => [...counts.values()]).reduce((sum, count) => sum + count, 0)} requests; never more than refused: ${refused.join(', ') || 'none'}`)
  expect(refused.length).toBeLessThan(api.length / 4)
})
