import { buyingStates } from './buying-states.ts'
import type { ProductDetail } from '../../shared/schemas/products.ts'
import { everythingLoaded } from '../../tests/harness/loading.ts'
import { hydrated } from '../../tests/harness/shop-pages.ts'
import { alter, at, goInside, refuse, type State } from './moves.ts'

/** Every page and state by its name. A new page or state gets its row here, or among those of buying. */
export const states: Record<string, State> = {
  'home': at('/'),
  'category': at('/categories/mugs'),
  'category-filtered': at('/categories/mugs?colour=Kelp&sort=price-asc'),
  'category-nothing-left': at('/categories/mugs?min=900'),
  'search': at('/search?q=moss'),
  'search-typo': at('/search?q=noteboko'),
  'search-nothing': at('/search?q=zzxqvvq'),
  'search-suggestions': { open: async (page) => {
    await page.goto('/search')
    await page.getByRole('main').getByLabel('Search the shop').first().pressSequentially('tide', { delay: 60 })
    await page.getByRole('option').first().waitFor()
  } },
  'search-suggestions-header': { open: async (page) => {
    await page.goto('/categories/mugs')
    await hydrated(page)
    const box = page.getByRole('banner').getByLabel('Search the shop')
    if (!await box.isVisible()) return
    await box.hover()
    await page.getByRole('banner').getByRole('combobox').pressSequentially('tide', { delay: 60 })
    await page.getByRole('option').first().waitFor()
  } },
  'category-filters': { open: async (page) => {
    await page.goto('/categories/mugs?colour=Kelp')
    await hydrated(page)
    const sheet = page.locator('summary', { hasText: 'Filter and sort' })
    if (await sheet.isVisible()) await sheet.click()
    const colour = page.locator('summary', { hasText: 'Colour' }).first()
    await colour.click()
  } },
  'category-bad-price': at('/categories/mugs?min=cheap'),
  'product': { open: (page, { product }) => page.goto(product) },
  'product-sold-out': { open: async (page, { product }) => {
    await alter<ProductDetail>(page, `**/api${product}`, ({ variants }) => ({ inStock: false, variants: variants.map(variant => ({ ...variant, inStock: false, lowStock: null })) }))
    await goInside(page, product)
  } },
  'product-zoom': { open: async (page, { product }) => {
    await page.goto(product)
    await hydrated(page)
    await page.getByRole('link', { name: 'Look closer' }).first().click()
    await page.getByRole('dialog', { name: /^A closer look/ }).waitFor()
  } },
  'product-reviewed': { open: (page, { reviewed }) => page.goto(`/products/${reviewed}`) },
  'reviews': { open: (page, { reviewed }) => page.goto(`/reviews/${reviewed}`) },
  'review-form': { open: (page, { bought, order }) => page.goto(`/write-review/${bought}?order=${order.replace('/orders/', '').replace('?', '&')}`) },
  'review-errors': { open: async (page, { bought, order }) => {
    await page.goto(`/write-review/${bought}?order=${order.replace('/orders/', '').replace('?', '&')}`)
    await hydrated(page)
    await page.locator('main form button').last().click()
    await page.getByRole('alert').waitFor()
  } },
  'review-not-bought': { open: (page, { reviewed }) => page.goto(`/write-review/${reviewed}`) },
  'wishlist': at('/wishlist', 'shopper'),
  'wishlist-empty': at('/wishlist'),
  ...buyingStates,
  'login': at('/login'),
  'login-refused': at('/login?problem=auth/too-many-tries'),
  'register': at('/register'),
  'forgot': at('/forgot'),
  'forgot-sent': at('/forgot?sent=1'),
  'reset-dead-link': at('/reset'),
  'account': at('/account', 'shopper'),
  'account-orders': at('/account/orders', 'shopper'),
  'account-addresses': at('/account/addresses', 'shopper'),
  'account-address-form': at('/account/addresses?add=', 'shopper'),
  'account-delete': at('/account/delete', 'shopper'),
  'goodbye': at('/goodbye'),
  'offline': { open: async (page, { product }) => {
    await page.goto(product)
    await everythingLoaded(page)
    await page.context().setOffline(true)
    await page.getByText('You’re offline.').first().waitFor()
  } },
  'refusal-429': { open: async (page) => {
    await refuse(page, '**/api/products/**', 429, 'platform/too-many-requests', 'That was a lot at once', 'Wait half a minute.')
    await goInside(page, '/products/any')
  } },
  'refusal-503': { open: async (page) => {
    await refuse(page, '**/api/products/**', 503, 'platform/unavailable', 'The shop is busy', 'Please try again in a moment.')
    await goInside(page, '/products/any')
  } },
  'about': at('/about'),
  'delivery': at('/delivery-and-returns'),
  'privacy': at('/privacy'),
  'not-found': at('/nowhere'),
  'admin': at('/admin', 'admin'),
  'admin-orders': at('/admin/orders', 'admin'),
  'admin-orders-nothing': at('/admin/orders?q=nobody', 'admin'),
  'admin-order': { as: 'admin', open: (page, { orderId }) => page.goto(`/admin/orders/${orderId}`) },
  'admin-slip': { as: 'admin', open: (page, { orderId }) => page.goto(`/admin/orders/${orderId}/slip`) },
  'admin-products': at('/admin/products', 'admin'),
  'admin-product': { as: 'admin', open: (page, { bought }) => page.goto(`/admin/products/${bought}`) },
  'admin-product-new': at('/admin/products/new', 'admin'),
  'admin-promotions': at('/admin/promotions', 'admin'),
  'admin-reviews': at('/admin/reviews', 'admin'),
  'admin-reviews-published': at('/admin/reviews?status=published', 'admin'),
  'admin-returns': at('/admin/returns', 'admin'),
  'admin-dead-letters': at('/admin/dead-letters', 'admin'),
  'admin-invariants': at('/admin/invariants', 'admin'),
  'design': at('/design'),
  'mail': at('/demo/mail'),
}
