import type { Page } from 'playwright-core'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Checkout, Order } from '../../shared/schemas/orders.ts'
import { hydrated } from '../../tests/harness/shop-pages.ts'
import { addToBasket, alter, at, goInside, refuse, type State, type Subjects } from './moves.ts'

/** A4 less its margins, at 96 dots an inch. */
const paper = { width: 718, height: 1047 }

async function toCheckout(page: Page, subjects: Subjects): Promise<void> {
  await addToBasket(page, subjects)
  await page.goto('/checkout')
  await page.getByRole('timer').or(page.getByRole('alert')).first().waitFor()
}

async function toDelivery(page: Page, subjects: Subjects): Promise<void> {
  await toCheckout(page, subjects)
  const typed = { 'E-mail': 'ada@example.com', 'Name': 'Ada Byron', 'Street and number': '12 St James’s Square', 'City': 'London', 'Postcode': 'SW1Y 4JH' }
  for (const [name, text] of Object.entries(typed)) await page.getByRole('textbox', { name, exact: true }).fill(text)
  await page.getByRole('button', { name: 'Go on to delivery' }).click()
  await page.getByRole('button', { name: 'Go on to the card' }).waitFor()
}

async function toCard(page: Page, subjects: Subjects): Promise<void> {
  await toDelivery(page, subjects)
  await page.getByRole('button', { name: 'Go on to the card' }).click()
  await page.getByRole('button', { name: /^Pay/ }).waitFor()
}

async function pay(page: Page, subjects: Subjects, number: string): Promise<void> {
  await toCard(page, subjects)
  for (const [name, text] of Object.entries({ 'Card number': number, 'Expiry': '04/34', 'Security code': '123' })) await page.getByRole('textbox', { name }).fill(text)
  await page.getByRole('button', { name: /^Pay/ }).click()
}

/** An order as it would be in another state. */
const orderAs = (change: Partial<Order>, query = ''): State => ({ open: async (page, { order, orderId }) => {
  await page.route(`**/api/orders/${orderId}/events*`, route => route.abort())
  await alter<Order>(page, new RegExp(`/api/orders/${orderId}\\?`), () => change)
  await alter<Order>(page, new RegExp(`/api/orders/${orderId}$`), () => change)
  await goInside(page, order + query)
} })

async function applyCode(page: Page, subjects: Subjects, code: string): Promise<void> {
  await addToBasket(page, subjects)
  await page.goto('/cart')
  await hydrated(page)
  await page.getByText('Got a promo code?').click()
  await page.getByRole('textbox', { name: 'Promo code' }).fill(code)
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText(code === 'TENOFF' ? 'TENOFF' : 'We don’t know that code').first().waitFor()
}

/** From the drawer to the parcel. */
export const buyingStates: Record<string, State> = {
  'drawer': { open: async (page, { product }) => {
    await page.goto(product)
    await page.getByRole('button', { name: 'Add to basket' }).click()
    await page.getByRole('dialog').waitFor()
  } },
  'cart': { open: async (page, subjects) => {
    await addToBasket(page, subjects)
    await page.goto('/cart')
  } },
  'cart-promo': { open: (page, subjects) => applyCode(page, subjects, 'TENOFF') },
  'cart-promo-refused': { open: (page, subjects) => applyCode(page, subjects, 'NONSENSE') },
  'cart-changed': { open: async (page, subjects) => {
    await addToBasket(page, subjects)
    await alter<Cart>(page, '**/api/cart', ({ lines }) => ({
      lines: [
        ...lines.map(line => ({ ...line, seenPriceMinor: line.unitPriceMinor + 150, reducedFrom: 5 })),
        ...lines.map(line => ({ ...line, id: crypto.randomUUID(), variantId: crypto.randomUUID(), name: 'A mug that sold out', available: 0 })),
      ],
      gone: [{ id: crypto.randomUUID(), variantId: crypto.randomUUID(), name: 'A print of an edition that ended', options: { Size: 'A3' } }],
    }))
    await goInside(page, '/cart')
  } },
  'cart-undo': { open: async (page, subjects) => {
    await addToBasket(page, subjects)
    await page.goto('/cart')
    await hydrated(page)
    await page.getByRole('main').getByRole('button', { name: /^Remove/ }).click()
    await page.getByRole('button', { name: /^Put it back/ }).waitFor()
  } },
  'cart-empty': at('/cart'),
  'checkout': { open: async (page, subjects) => {
    await addToBasket(page, subjects)
    await page.goto('/checkout')
  } },
  'checkout-busy': { open: async (page, subjects) => {
    await addToBasket(page, subjects)
    await refuse(page, '**/api/checkout', 503, 'platform/unavailable', 'The till is busy', 'Nothing was charged, and the basket is kept. Please try again in a moment.')
    await page.goto('/checkout')
  } },
  'checkout-addresses': { as: 'shopper', open: toCheckout },
  'checkout-errors': { open: async (page, subjects) => {
    await toCheckout(page, subjects)
    await page.getByRole('button', { name: 'Go on to delivery' }).click()
    await page.getByRole('alert').waitFor()
  } },
  'checkout-delivery': { open: toDelivery },
  'checkout-card': { open: toCard },
  'checkout-card-errors': { open: async (page, subjects) => {
    await pay(page, subjects, '42')
    await page.getByRole('alert').waitFor()
  } },
  'checkout-declined': { open: async (page, subjects) => {
    await pay(page, subjects, '4000 0000 0000 0002')
    await page.getByRole('alert').waitFor()
  } },
  'checkout-paying': { restless: true, open: async (page, subjects) => {
    await page.route('**/api/orders', () => {})
    await pay(page, subjects, '4242 4242 4242 4242')
    await page.getByRole('button', { name: 'Paying …' }).waitFor()
  } },
  'checkout-hold-ending': { open: async (page, subjects) => {
    await alter<Checkout>(page, '**/api/checkout', ({ now }) => ({ expiresAt: new Date(Date.parse(now) + 110_000).toISOString() }))
    await toCheckout(page, subjects)
  } },
  'checkout-hold-over': { open: async (page, subjects) => {
    await alter<Checkout>(page, '**/api/checkout', ({ now }) => ({ expiresAt: now }))
    await addToBasket(page, subjects)
    await page.goto('/checkout')
    await page.getByRole('alert').filter({ hasText: 'Time’s up' }).waitFor()
  } },
  'checkout-nothing': at('/checkout'),
  'order': { open: (page, { order }) => page.goto(order) },
  'order-placed': { open: (page, { order }) => page.goto(`${order}&placed=1`) },
  'order-pending': orderAs({ status: 'pending', hasInvoice: false, expected: null, delays: [{ kind: 'payment', since: new Date().toISOString() }] }, '&placed=1'),
  'order-delayed': orderAs({ status: 'fulfilling', trackingNumber: null, delays: [{ kind: 'confirmation', since: new Date().toISOString() }, { kind: 'dispatch', since: new Date().toISOString() }] }),
  'order-cancelled': orderAs({ status: 'cancelled', expected: null, cancellable: false, refundedMinor: 1_000 }),
  'order-failed': orderAs({ status: 'payment-failed', expected: null, cancellable: false, hasInvoice: false }),
  'order-refunded': orderAs({ status: 'refunded', expected: null, refundedMinor: 1_000 }),
  'order-return': { open: (page, { order }) => page.goto(`${order}&sending=back`) },
  'invoice': { open: (page, { order }) => page.goto(order.replace('?', '/invoice?')) },
  'invoice-on-paper': { open: async (page, { order }) => {
    await page.setViewportSize(paper)
    await page.goto(order.replace('?', '/invoice?'))
    await page.emulateMedia({ media: 'print' })
  } },
  'order-on-paper': { open: async (page, { order }) => {
    await page.setViewportSize(paper)
    await page.goto(order)
    await page.emulateMedia({ media: 'print' })
  } },
}
