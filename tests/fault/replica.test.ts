import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import { cartItems } from '../../server/cart/db/tables.ts'
import type { Reader } from '../../server/platform/db/database.ts'
import { notFound } from '../../server/platform/http/app-error.ts'
import type { PictureShelf } from '../../shared/schemas/admin-products.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { ReviewStanding } from '../../shared/schemas/reviews.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
let admin: pg.Client
const paused = { is: false }

beforeAll(async () => {
  stack = await startStack({ postgres: 'own', env: { REPLICA_MAX_LAG_MS: '2000' } })
  admin = new pg.Client({ connectionString: stack.cluster.replica!.adminUrl })
  admin.on('error', () => {})
  await admin.connect()
})
afterAll(async () => {
  await admin?.end().catch(() => {})
  await stack?.stop()
})
afterEach(async () => {
  if (paused.is) await admin.query('select pg_wal_replay_resume()')
  paused.is = false
})

async function pauseReplay() {
  await admin.query('select pg_wal_replay_pause()')
  paused.is = true
}

const shopper = () => new TestShopper(stack.urls[0]!)
const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
/** The database role that an answer says it came from. */
const roleOf = (headers: Headers) => /\bdb;(?:dur=[\d.]+;)?desc="(\w+)/.exec(headers.get('server-timing') ?? '')?.[1]

async function replicaCaughtUp() {
  await until(() => stack.database.fresh(async db => (await db.execute<{ lag: string }>('select coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 1)::text as lag from pg_stat_replication')).rows[0]!.lag), lag => Number(lag) === 0)
}

describe('the replica', () => {
  test('when all is well, then reads come from the replica, also one\'s own once it has them', async () => {
    const [variantId] = await addProduct(stack.database, product(unique('well')))
    const one = shopper()
    await one.add(variantId!)
    await until(() => one.get<Cart>('/api/cart'), answer => roleOf(answer.headers) === 'replica' && answer.body.itemCount === 1)
  })

  test('when it stands still, then a shopper still sees what they have just done', async () => {
    const [variantId] = await addProduct(stack.database, product(unique('still')))
    await replicaCaughtUp()
    await pauseReplay()
    const one = shopper()
    await one.add(variantId!)
    const cart = await one.get<Cart>('/api/cart')
    expect(cart.body.itemCount).toBe(1)
    expect(roleOf(cart.headers)).toBe('primary')
    const { body: checkout } = await one.checkout()
    const { body: order } = await one.pay(checkout.id)
    expect((await one.get<Order>(`/api/orders/${order.id}`)).body.status).toBe('paid')
  })

  test('when it stands still, then a guest who has nothing but the link of their order sees what they have just done, too', async () => {
    const slug = unique('linked')
    const [variantId] = await addProduct(stack.database, product(slug))
    const { body: order } = await shopper().buy(variantId!)
    await replicaCaughtUp()
    await pauseReplay()
    const guest = shopper()
    const mine = `/api/products/${slug}/reviews`
    const link = `?order=${order.id}&token=${order.token}`
    expect((await guest.request('POST', mine + link, { rating: 4, title: 'Holds tea', text: 'It holds tea.', name: 'Ada' })).status).toBe(201)
    const { body: standing } = await guest.get<ReviewStanding>(`${mine}/mine${link}`)
    expect(standing.review).toMatchObject({ title: 'Holds tea' })
  })

  test('when it stands still, then a picture that its shelf has told of is there', async () => {
    const slug = unique('shelf')
    await addProduct(stack.database, product(slug))
    const admin = shopper()
    const email = `${slug}@example.com`
    await admin.request('POST', '/api/auth/register', { email, password: 'a long password', name: 'Ada' })
    await stack.database.fresh(db => db.execute(sql`update users set role = 'admin' where email = ${email}`))
    await replicaCaughtUp()
    await pauseReplay()
    const key = randomBytes(10).toString('hex')
    await stack.database.write(tx => tx.execute(sql`insert into product_images (product_id, position, key, alt, tint) select id, 9, ${key}, 'new', '#aabbcc' from products where slug = ${slug}`))
    const statusOfPicture = async () => (await fetch(`${stack.urls[0]}/pictures/${key}/96.avif`, { headers: { cookie: admin.cookie } })).status
    await until(statusOfPicture, status => status === 404)
    expect((await admin.get<PictureShelf>(`/api/admin/products/${slug}/pictures`)).body.pictures.map(one => one.key)).toContain(key)
    expect(await statusOfPicture()).toBe(200)
  })

  test('without the token the same read would have been stale: the test above can fail', async () => {
    const [variantId] = await addProduct(stack.database, product(unique('naive')))
    await replicaCaughtUp()
    await pauseReplay()
    const one = shopper()
    const { body } = await one.add(variantId!)
    const naive = await stack.database.read(db => db.select().from(cartItems).where(eq(cartItems.id, body.lines[0]!.id)))
    expect(naive).toEqual([])
  })

  test('when it stands still, then what the primary refuses is not asked of it', async () => {
    const [variantId] = await addProduct(stack.database, product(unique('refused')))
    const one = shopper()
    const { body } = await one.add(variantId!)
    const line = eq(cartItems.id, body.lines[0]!.id)
    await replicaCaughtUp()
    await pauseReplay()
    const { lsn } = await stack.database.write(tx => tx.delete(cartItems).where(line))
    const found = (db: Reader) => db.select().from(cartItems).where(line).then(([row]) => row ?? Promise.reject(notFound('line')))
    await expect(stack.database.read(found, { after: lsn })).rejects.toMatchObject({ code: 'platform/not-found' })
    expect(await stack.database.read(found)).toMatchObject({ variantId })
  })

  test('when it lags beyond its limit, then it leaves the rotation, and comes back by itself', async () => {
    await pauseReplay()
    const [variantId] = await addProduct(stack.database, product(unique('lag')))
    const detail = () => stack.database.read(db => db.select().from(cartItems).limit(1)).then(() => fetch(`${stack.urls[0]}/api/health`).then(response => response.json() as Promise<{ status: string, checks: { replica: { detail: string } } }>))
    const lagging = await until(detail, health => health.checks.replica.detail === 'lagging')
    expect(lagging.status).toBe('warn')
    expect((await fetch(`${stack.urls[0]}/api/health/ready`)).status).toBe(200)
    await admin.query('select pg_wal_replay_resume()')
    paused.is = false
    await until(detail, health => health.status === 'pass')
    expect(variantId).toBeTruthy()
  })

  test('when it is frozen, then browsing goes on from the primary within a second', async () => {
    stack.cluster.replica!.freeze()
    try {
      await until(async () => {
        const from = performance.now()
        const response = await fetch(`${stack.urls[0]}/api/products?limit=3&minPrice=${Math.floor(Math.random() * 1000)}`)
        return { status: response.status, tookMs: performance.now() - from }
      }, ({ status, tookMs }) => status === 200 && tookMs < 1_000, { withinMs: 10_000 })
    }
    finally {
      stack.cluster.replica!.resume()
    }
  })

  test('when it is killed, then every page read is answered, and it is used again when it is back', async () => {
    await stack.cluster.replica!.kill()
    for (let price = 0; price < 20; price++) {
      const response = await fetch(`${stack.urls[0]}/api/products?limit=3&minPrice=${price}`)
      expect(response.status).toBe(200)
    }
    await stack.cluster.replica!.start()
    await until(async () => roleOf((await fetch(`${stack.urls[0]}/api/products?limit=2&minPrice=${Math.floor(Math.random() * 10_000)}`)).headers), role => role === 'replica')
  })
})
