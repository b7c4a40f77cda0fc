import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { OrderReturn } from '../../shared/schemas/returns.ts'
import { addProduct, product } from './fixtures.ts'
import type { runningShop } from './running-shop.ts'
import { anAddress, type TestShopper } from './shopper.ts'

type Shop = ReturnType<typeof runningShop>

/** Somebody with one of everything that the API names by an id. */
export interface Furnished {
  shopper: TestShopper
  userId: string | null
  sessionId: string | null
  otherSessionId: string | null
  addressId: string | null
  variantId: string
  slug: string
  lineId: string
  checkoutId: string
  /** Paid, and not delivered yet or never. */
  orderId: string
  orderToken: string
  /** Delivered, with a return that is open. */
  deliveredId: string
  returnId: string
  /** Wished for. */
  productId: string
  /** Of the same thing, and not decided over yet. */
  reviewId: string
}

/** Opens a session of an account without its password, and gives it to a client. */
export async function logInAs(shop: Shop, shopper: TestShopper, userId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const { rows } = await shop.database.fresh(db => db.execute<{ id: string }>(sql`
    insert into sessions (token_hash, user_id, device, expires_at) values (${createHash('sha256').update(token).digest()}, ${userId}, 'a test', now() + interval '1 day') returning id`))
  shopper.cookie = `shopper=${token}`
  return rows[0]!.id
}

const aReview = { rating: 4, title: 'Holds tea', text: 'And stays where it is put.', name: 'Ada' }

/** Makes such a person: an account, or a guest. */
export async function furnish(shop: Shop, { guest = false } = {}): Promise<Furnished> {
  const slug = `furnished-${randomUUID().slice(0, 8)}`
  const [variantId] = await addProduct(shop.database, product(slug, { stock: 1_000_000, colours: ['Salt'] }))
  const shopper = shop.shopper()
  let userId: string | null = null
  if (!guest) userId = (await shopper.request<{ user: { id: string } }>('POST', '/api/auth/register', { email: `${slug}@example.com`, password: 'a long password', name: 'Ada' })).body.user.id
  const other = userId ? await logInAs(shop, shop.shopper(), userId) : null
  const own = userId ? (await shopper.get<{ items: { id: string, current: boolean }[] }>('/api/auth/sessions')).body.items.find(one => one.current)!.id : null

  const addressId = userId && (await shopper.request<{ id: string }>('POST', '/api/account/addresses', anAddress)).body.id

  const first = await shopper.buy(variantId!)
  await shop.untilStatus(shopper, first.body.id, 'delivered')
  const { body: sentBack } = await shopper.request<OrderReturn>('POST', `/api/orders/${first.body.id}/returns`, { lines: [{ variantId, quantity: 1 }], reason: 'another colour' })
  const { body: review } = await shopper.request<{ id: string }>('POST', `/api/products/${slug}/reviews`, aReview)
  const { body: { id: productId } } = await shopper.get<{ id: string }>(`/api/products/${slug}`)
  await shopper.request('POST', '/api/wishlist/items', { productId })
  const second = await shopper.buy(variantId!)
  const cart = await shopper.add(variantId!)
  const checkout = await shopper.checkout()
  return {
    shopper, userId, sessionId: own, otherSessionId: other, addressId, variantId: variantId!, slug,
    lineId: cart.body.lines[0]!.id, checkoutId: checkout.body.id, orderId: second.body.id, orderToken: second.body.token!, deliveredId: first.body.id, returnId: sentBack.id,
    productId, reviewId: review.id,
  }
}

/** A letter that waits, as a worker leaves it; answers its id. */
export async function buryLetter(shop: Shop): Promise<string> {
  const { rows } = await shop.database.fresh(db => db.execute<{ id: string }>(sql`
    insert into dead_letters (event_id, subscriber, type, subject, payload, error, attempts, status) values (${randomUUID()}, 'nobody', 'order.paid', 'x', '{"a":1}', 'out of order', 1, 'waiting') returning id::text as id`))
  return rows[0]!.id
}

/** Letters made here must not be anybody else's finding. */
export const forgetLetters = (shop: Shop) => shop.database.fresh(db => db.execute(sql`delete from dead_letters where subscriber = 'nobody'`))

const anyRules = { value: 10, minimumMinor: 0, totalLimit: null, perShopperLimit: null, startsAt: null, endsAt: null, active: true }

/** A body that each route takes, for those who may: the path as the document has it. */
export function bodyFor(route: string, { variantId, checkoutId, productId }: Pick<Furnished, 'variantId' | 'checkoutId' | 'productId'>): unknown {
  const bodies: Record<string, unknown> = {
    'POST /api/cart/items': { variantId, quantity: 1 },
    'PATCH /api/cart/items/{id}': { quantity: 2 },
    'POST /api/orders': { checkoutId, email: 'ada@example.com', address: anAddress, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' },
    'POST /api/orders/{id}/returns': { lines: [{ variantId, quantity: 1 }], reason: 'too small' },
    'PATCH /api/account/addresses/{id}': { city: 'Leeds' },
    'POST /api/admin/returns/{id}/receive': { restock: true },
    'POST /api/admin/returns/{id}/reject': { reason: 'it is broken' },
    'POST /api/admin/orders/{id}/refunds': { amountMinor: 1, reason: 'sorry' },
    'POST /api/admin/orders/{id}/refunds/quote': { lines: [{ variantId, quantity: 1 }] },
    'POST /api/admin/orders/{id}/notes': { body: 'call before ten' },
    'POST /api/cart/promo': { code: 'NONE-SUCH' },
    'POST /api/admin/promotions': { code: `F-${randomUUID().slice(0, 8)}`, kind: 'percentage', ...anyRules },
    'PATCH /api/admin/promotions/{id}': anyRules,
    'POST /api/products/{slug}/reviews': aReview,
    'POST /api/wishlist/items': { productId },
    'POST /api/wishlist/items/{id}/move': { variantId },
    'POST /api/admin/reviews/{id}/publish': { revision: 1 },
    'POST /api/admin/reviews/{id}/reject': { revision: 1, reason: 'it is about the weather' },
    'PATCH /api/admin/dead-letters/{id}': { payload: { a: 2 } },
  }
  return bodies[route]
}
