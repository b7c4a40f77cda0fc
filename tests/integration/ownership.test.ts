import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf, mistakesIn, type RawAnswer } from '../harness/api.ts'
import { addPromotion } from '../harness/promotions.ts'
import { bodyFor, buryLetter, forgetLetters, type Furnished, furnish } from '../harness/furnished.ts'
import { runningShop } from '../harness/running-shop.ts'
import type { TestShopper } from '../harness/shopper.ts'

const shop = runningShop()
const api = await apiOf(shop.url)

/** Whose thing each path names, by the path's beginning; what is missing here fails the first test below. */
const named: [prefix: string, of: (owner: Furnished) => string | null][] = [
  ['/api/cart/items/{id}', owner => owner.lineId],
  ['/api/checkout/{id}', owner => owner.checkoutId],
  ['/api/orders/{id}/returns', owner => owner.deliveredId],
  ['/api/orders/{id}', owner => owner.orderId],
  ['/api/account/addresses/{id}', owner => owner.addressId],
  ['/api/auth/sessions/{id}', owner => owner.otherSessionId],
  ['/api/wishlist/items/{id}', owner => owner.productId],
]
const idOf = (path: string, owner: Furnished) => named.find(([prefix]) => path.startsWith(prefix))?.[1](owner) ?? null
/** A review is everybody's; that a vote for one's own, or for one that nobody may see, is refused stands with the reviews. */
const isPublic = (path: string) => path.includes('{slug}') || path.startsWith('/api/reviews/')

const ownable = api.filter(({ path, operation }) => path.includes('{') && operation['x-access'] !== 'admin' && !isPublic(path))
const forAdmins = api.filter(({ operation }) => operation['x-access'] === 'admin')
const forUsers = api.filter(({ operation }) => operation['x-access'] === 'user')

let owners: { account: Furnished, guest: Furnished }
let strangers: Record<'another account' | 'another guest' | 'nobody' | 'an admin', TestShopper>
let admin: TestShopper

beforeAll(async () => {
  const [account, guest, other, otherGuest] = await Promise.all([furnish(shop), furnish(shop, { guest: true }), furnish(shop), furnish(shop, { guest: true })])
  admin = await shop.admin()
  owners = { account, guest }
  strangers = { 'another account': other.shopper, 'another guest': otherGuest.shopper, 'nobody': shop.shopper(), 'an admin': admin }
})
afterAll(async () => {
  await forgetLetters(shop)
  await shop.close()
})

async function ask(shopper: TestShopper, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const response = await fetch(`${shop.url}${path}`, {
    method,
    headers: { ...(shopper.cookie && { cookie: shopper.cookie }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const stream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (stream) await response.body?.cancel()
  return { status: response.status, headers: response.headers, text: stream ? '' : await response.text() }
}

/** All that a stranger can see of an answer, but for what differs between any two. */
function visible({ status, headers, text }: RawAnswer) {
  const ofThisAnswer = ['date', 'x-request-id', 'server-timing', 'ratelimit', 'content-length']
  return {
    status,
    headers: Object.fromEntries([...headers].filter(([name]) => !ofThisAnswer.includes(name)).map(([name, value]) => [name, name === 'set-cookie' ? 'set' : value])),
    text: text.replace(/"traceId":"[0-9a-f]{32}"/, '"traceId":""'),
  }
}

/** What an owner has, row by row; when they were last here is nobody's doing. */
async function belongings(owner: Furnished): Promise<string> {
  const ownerId = sql`(select owner_id from orders where id = ${owner.orderId})`
  const { rows } = await shop.database.fresh(db => db.execute(sql`select jsonb_build_object(
    'cart', (select jsonb_agg(c order by c.id) from cart_items c where owner_id = ${ownerId}),
    'checkouts', (select jsonb_agg(c order by c.id) from checkouts c where owner_id = ${ownerId}),
    'orders', (select jsonb_agg(jsonb_build_array(o.id, o.owner_id, o.email, o.total_minor, o.refunded_minor, o.access_token) order by o.id) from orders o where owner_id = ${ownerId}),
    'cancelled', (select count(*) from order_events e join orders o on o.id = e.order_id where o.owner_id = ${ownerId} and e.type = 'order.cancelled'),
    'returns', (select jsonb_agg(r order by r.id) from returns r join orders o on o.id = r.order_id where o.owner_id = ${ownerId}),
    'keys', (select jsonb_agg(k.key order by k.key) from idempotency_keys k where owner_id = ${ownerId}),
    'addresses', (select jsonb_agg(a order by a.id) from addresses a where user_id = ${ownerId}),
    'reviews', (select jsonb_agg(r order by r.id) from reviews r where owner_id = ${ownerId}),
    'wishes', (select jsonb_agg(w order by w.product_id) from wishes w where owner_id = ${ownerId}),
    'sessions', (select jsonb_agg(s.id order by s.id) from sessions s where user_id = ${ownerId})) as all`))
  return JSON.stringify(rows)
}

test('every route that names something by an id is walked here', () => {
  expect(ownable.filter(({ path }) => !named.some(([prefix]) => path.startsWith(prefix))).map(one => one.path)).toEqual([])
  expect(ownable.length).toBeGreaterThanOrEqual(9)
  expect(forAdmins.length).toBeGreaterThanOrEqual(10)
})

describe.each(['account', 'guest'] as const)('what an owner with an %s has', (kind) => {
  test.each(['another account', 'another guest', 'nobody', 'an admin'] as const)('answers %s, on every route, as what does not exist, and stays as it is', async (who) => {
    const owner = owners[kind]
    const before = await belongings(owner)
    const differences: string[] = []
    for (const { method, path, operation } of ownable) {
      const own = idOf(path, owner)
      if (!own) continue
      const body = bodyFor(`${method} ${path}`, owner)
      const wrongToken = operation.parameters.some(one => one.name === 'token') ? ['', `?token=${strangersToken}`, `?token=${owner.orderToken.slice(1)}x`] : ['']
      for (const query of wrongToken) {
        const [theirs, nobodys] = [await ask(strangers[who], method, path.replace('{id}', own) + query, body), await ask(strangers[who], method, path.replace('{id}', randomUUID()) + query, body)]
        const mistakes = mistakesIn(theirs, operation)
        const expected = operation['x-access'] === 'user' && (who === 'nobody' || who === 'another guest') ? 401 : 404
        if (JSON.stringify(visible(theirs)) !== JSON.stringify(visible(nobodys)) || theirs.status !== expected || mistakes.length > 0) differences.push(`${method} ${path}${query}: ${JSON.stringify(visible(theirs))} ${JSON.stringify(visible(nobodys))} ${mistakes.join()}`)
      }
    }
    expect(differences).toEqual([])
    expect(await belongings(owner)).toBe(before)
  })

  test('is not listed to anybody else, and nobody else can order their checkout or take part in their key', async () => {
    const owner = owners[kind]
    const secrets = [owner.lineId, owner.checkoutId, owner.orderId, owner.deliveredId, owner.returnId, owner.orderToken, owner.sessionId, owner.otherSessionId, owner.addressId].filter(id => id !== null)
    const before = await belongings(owner)
    const key = randomUUID()
    const body = bodyFor('POST /api/orders', owner)
    for (const [who, stranger] of Object.entries(strangers)) {
      for (const { path } of api.filter(one => one.method === 'GET' && !one.path.includes('{') && !['admin', 'signed'].includes(one.operation['x-access']) && one.path !== '/api/demo/mails')) {
        const { text } = await ask(stranger, 'GET', path)
        expect(secrets.filter(secret => text.includes(secret)), `${who} ${path}`).toEqual([])
      }
      const theirs = await ask(stranger, 'POST', '/api/orders', body, { 'idempotency-key': key })
      const nobodys = await ask(stranger, 'POST', '/api/orders', { ...body as object, checkoutId: randomUUID() }, { 'idempotency-key': randomUUID() })
      expect(visible(theirs), who).toEqual(visible(nobodys))
      expect(theirs.status).toBe(404)
    }
    expect(await belongings(owner)).toBe(before)
  })

  test('is theirs: on every route the owner is answered as described', async () => {
    const owner = await furnish(shop, { guest: kind === 'guest' })
    for (const { method, path, operation } of ownable.toSorted((a, b) => order(a) - order(b))) {
      const own = idOf(path, owner)
      if (!own) continue
      // The basket has it by now.
      if (method === 'DELETE' && path === '/api/wishlist/items/{id}') await owner.shopper.request('POST', '/api/wishlist/items', { productId: own })
      const answer = await ask(owner.shopper, method, path.replace('{id}', own), bodyFor(`${method} ${path}`, owner))
      expect(mistakesIn(answer, operation), `${method} ${path}: ${answer.text.slice(0, 300)}`).toEqual([])
      expect([200, 201, 204, 409], `${method} ${path}`).toContain(answer.status)
    }
  })
})

const strangersToken = 'A'.repeat(43)
/** Reads first, then what changes, then what takes away. */
const order = ({ method }: { method: string }) => ['GET', 'PATCH', 'POST', 'DELETE'].indexOf(method)

describe('what is for those who run the shop', () => {
  test('is refused to everybody else alike, whether it exists or not, before the body is looked at', async () => {
    const letter = await buryLetter(shop)
    const idsOf = (path: string) => (path.includes('dead-letters') ? [letter, '999999999'] : path.includes('returns') ? [owners.account.returnId, randomUUID()] : path.includes('reviews') ? [owners.account.reviewId, randomUUID()] : [owners.account.orderId, randomUUID()])
    const before = await belongings(owners.account)
    for (const { method, path, operation } of forAdmins) {
      for (const [who, stranger] of Object.entries(strangers).filter(([name]) => name !== 'an admin')) {
        const answers = await Promise.all(idsOf(path).flatMap(id => [bodyFor(`${method} ${path}`, owners.account), method === 'GET' ? undefined : { nonsense: true }].map(body => ask(stranger, method, path.replace('{id}', id), body, { 'idempotency-key': randomUUID() }))))
        expect(answers.map(answer => [answer.status, (JSON.parse(answer.text) as { code: string }).code]), `${who}: ${method} ${path}`)
          .toEqual(answers.map(() => (who === 'another account' ? [403, 'auth/admins-only'] : [401, 'auth/login-needed'])))
        expect(new Set(answers.map(answer => JSON.stringify(visible(answer)))).size).toBe(1)
        expect(answers.flatMap(answer => mistakesIn(answer, operation))).toEqual([])
      }
    }
    expect(await belongings(owners.account)).toBe(before)
  })

  test('answers an admin as described', async () => {
    const letter = await buryLetter(shop)
    const { id: promotionId } = await addPromotion(shop.database)
    // A product belongs to nobody; `back-office-products.test.ts` and `picture-upload.test.ts` ask its routes.
    for (const { method, path, operation } of forAdmins.filter(one => !one.path.startsWith('/api/admin/products')).toSorted((a, b) => order(a) - order(b))) {
      const id = path.includes('dead-letters') ? letter : path.includes('promotions') ? promotionId : path.includes('returns') ? owners.account.returnId : path.includes('reviews') ? owners.account.reviewId : owners.account.deliveredId
      const answer = await ask(admin, method, path.replace('{id}', id), bodyFor(`${method} ${path}`, owners.account), { 'idempotency-key': randomUUID() })
      expect(mistakesIn(answer, operation), `${method} ${path}: ${answer.text.slice(0, 300)}`).toEqual([])
      expect([200, 201, 409], `${method} ${path}`).toContain(answer.status)
    }
  })
})

test('what is for users is refused to guests with 401', async () => {
  for (const { method, path, operation } of forUsers) {
    for (const stranger of [strangers.nobody, strangers['another guest']]) {
      const answer = await ask(stranger, method, path.replace('{id}', randomUUID()), path.endsWith('/password') ? { current: 'a long password', password: 'another long one' } : undefined)
      expect([answer.status, mistakesIn(answer, operation)], `${method} ${path}`).toEqual([401, []])
    }
  }
})

test.each<Record<string, string>>([{ role: 'admin' }, { id: randomUUID() }, { userId: randomUUID() }, { ownerId: randomUUID() }])('a field that only the shop decides over is refused: %j', async (more) => {
  const email = `role-${randomUUID()}@example.com`
  const stranger = shop.shopper()
  const answer = await stranger.request<{ errors?: { message: string }[] }>('POST', '/api/auth/register', { email, password: 'a long password', name: 'Eve', ...more })
  expect(answer.status).toBe(422)
  expect(answer.body.errors?.[0]?.message).toContain(Object.keys(more)[0])
  // A form has fields of its own beside what is asked for, so there it is not heard.
  const form = new URLSearchParams({ email, password: 'a long password', name: 'Eve', ...more })
  const sent = await fetch(`${shop.url}/auth/register`, { method: 'POST', redirect: 'manual', body: form })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/account'])
  const { rows } = await shop.database.fresh(db => db.execute(sql`select role, id from users where email = ${email}`))
  expect(rows).toMatchObject([{ role: 'shopper' }])
  expect(rows[0]!.id).not.toBe(Object.values(more)[0])
})
