import { sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import type { Cart } from '../../shared/schemas/cart.ts'
import { maxWishes, type WishedIds, type Wishlist } from '../../shared/schemas/wishlist.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const wishFor = (one: TestShopper, productId: string) => one.request<Maybe<WishedIds>>('POST', '/api/wishlist/items', { productId })
const forget = (one: TestShopper, productId: string) => one.request<Maybe<WishedIds>>('DELETE', `/api/wishlist/items/${productId}`)
const listOf = async (one: TestShopper) => (await one.get<Wishlist>('/api/wishlist')).body.items

async function onSale(name: string, stock = 5) {
  const slug = unique(name)
  const [variantId] = await addProduct(shop.database, product(slug, { stock, colours: ['Salt', 'Kelp'] }))
  const { body } = await until(() => shop.shopper().get<{ id: string }>(`/api/products/${slug}`), ({ status }) => status === 200)
  return { slug, variantId: variantId!, id: body.id }
}

test('a guest has one; wishing twice is wishing once; what is not there cannot be wished for or forgotten', async () => {
  const [mug, gone] = [await onSale('mug'), await onSale('gone', 0)]
  const guest = shop.shopper()
  expect(await listOf(guest)).toEqual([])
  // The first opens a session, which two at once would do twice.
  await wishFor(guest, mug.id)
  await Promise.all([wishFor(guest, mug.id), wishFor(guest, mug.id)])
  expect((await wishFor(guest, gone.id)).body.productIds).toEqual(expect.arrayContaining([gone.id]))
  const list = await listOf(guest)
  expect(list.find(wish => wish.productId === gone.id)).toMatchObject({ inStock: false, variants: [{ inStock: false }, { inStock: false }] })
  expect((await wishFor(guest, crypto.randomUUID())).status).toBe(404)
  expect((await forget(shop.shopper(), mug.id)).status).toBe(404)
  expect((await forget(guest, gone.id)).status).toBe(200)
  expect((await forget(guest, gone.id)).status).toBe(404)
})

test('at log-in the guest\'s wishes join the account\'s', async () => {
  const [first, second, third] = [await onSale('first'), await onSale('second'), await onSale('third')]
  const email = `${unique('wishes')}@example.com`
  const account = shop.shopper()
  await account.request('POST', '/api/auth/register', { email, password: 'a long password', name: 'Ada' })
  for (const { id } of [first, second]) await wishFor(account, id)
  const guest = shop.shopper()
  for (const { id } of [second, third]) await wishFor(guest, id)
  const guestCookie = guest.cookie
  await guest.request('POST', '/api/auth/login', { email, password: 'a long password' })
  expect((await listOf(guest)).map(wish => wish.slug).toSorted()).toEqual([first.slug, second.slug, third.slug].toSorted())
  const former = shop.shopper()
  former.cookie = guestCookie
  expect(await listOf(former)).toEqual([])
})

test('moves to the basket and off the list; what is sold out stays', async () => {
  const [mug, gone] = [await onSale('moved'), await onSale('sold-out', 0)]
  const guest = shop.shopper()
  for (const { id } of [mug, gone]) await wishFor(guest, id)
  const move = (wish: { id: string }, variantId: string) => guest.request<Maybe<Cart>>('POST', `/api/wishlist/items/${wish.id}/move`, { variantId })
  expect((await move(mug, gone.variantId)).status).toBe(404)
  const refused = await move(gone, gone.variantId)
  expect([refused.status, refused.body.code]).toEqual([409, 'orders/out-of-stock'])
  expect((await move(mug, mug.variantId)).body.lines).toMatchObject([{ variantId: mug.variantId, quantity: 1 }])
  expect((await listOf(guest)).map(wish => wish.slug)).toEqual([gone.slug])
  expect((await move(mug, mug.variantId)).status).toBe(404)
})

test('has an end', async () => {
  const [one, more] = [await onSale('one'), await onSale('more')]
  const guest = shop.shopper()
  await wishFor(guest, one.id)
  await shop.database.fresh(db => db.execute(sql`
    insert into wishes (owner_id, product_id) select w.owner_id, gen_random_uuid() from wishes w, generate_series(1, ${maxWishes - 1}::int) where w.product_id = ${one.id}`))
  expect((await wishFor(guest, more.id)).body.code).toBe('wishlist/full')
  expect((await wishFor(guest, one.id)).status).toBe(200)
})
