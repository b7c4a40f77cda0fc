import { AxeBuilder } from '@axe-core/playwright'
import { sql } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, leaveInStock, product, somePictures } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, fillDetails, goToPayment, payButton, register } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

let orderPath = ''
const reviewed = `reviewed-${crypto.randomUUID().slice(0, 8)}`
let purchase = ''
beforeAll(async () => {
  const buyer = shop.shopper()
  const { body: { items } } = await buyer.get<{ items: { slug: string }[] }>('/api/products?q=north+tote')
  const { body: { variants } } = await buyer.get<{ variants: { id: string }[] }>(`/api/products/${items[0]!.slug}`)
  const { body: order } = await buyer.buy(variants[0]!.id)
  await shop.untilStatus(buyer, order.id, 'delivered')
  await addProduct(shop.database, { ...product(reviewed, { name: 'Reviewed Mug' }), pictures: somePictures(2) })
  const { body: { variants: [mug] } } = await buyer.get<{ variants: { id: string }[] }>(`/api/products/${reviewed}`)
  const { body: paid } = await buyer.buy(mug!.id)
  purchase = `?order=${paid.id}&token=${paid.token}`
  const { body: { id } } = await buyer.request<{ id: string }>('POST', `/api/products/${reviewed}/reviews`, { rating: 2, title: 'It is a mug', text: 'It does what mugs do.', name: 'Gareth' })
  await (await shop.admin()).request('POST', `/api/admin/reviews/${id}/publish`, { revision: 1 })
  orderPath = `/orders/${order.id}?token=${(order as unknown as { token: string }).token}`
})

const ready = (page: Page) => page.waitForLoadState('networkidle')
async function visit(page: Page, path: string) {
  await page.goto(path)
  await ready(page)
}

const visits: Record<string, (page: Page) => Promise<void>> = {
  'home': page => visit(page, '/'),
  'a category': page => visit(page, '/categories/mugs'),
  'search results': page => visit(page, '/search?q=mug'),
  'suggestions': async (page) => {
    await visit(page, '/search')
    await page.getByRole('main').getByLabel('Search the shop').pressSequentially('mug')
    await page.getByRole('main').getByRole('option').first().waitFor()
  },
  'the sheet of filters': async (page) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await visit(page, '/categories/mugs?colour=Salt')
    await page.locator('summary', { hasText: 'Filter and sort' }).click()
    await page.getByRole('dialog', { name: 'Filter and sort' }).locator('summary', { hasText: 'Colour' }).click()
  },
  'an open facet and a price that is none': page => visit(page, '/categories/mugs?min=cheap'),
  'a search for nothing': page => visit(page, '/search?q=zzxqvvq'),
  'a product': page => visit(page, '/products/tidewater-mug'),
  'the reviews of a product': page => visit(page, `/reviews/${reviewed}`),
  'a review that is being written': async (page) => {
    await visit(page, `/write-review/${reviewed}${purchase}`)
    await page.getByRole('button', { name: 'Change the review' }).waitFor()
  },
  'a review by somebody who did not buy': page => visit(page, '/write-review/tidewater-mug'),
  'a closer look': async (page) => {
    await visit(page, `/products/${reviewed}`)
    await page.getByRole('link', { name: 'Look closer' }).first().click()
    await page.getByRole('dialog', { name: /^A closer look/ }).waitFor()
  },
  'the wishlist': async (page) => {
    await visit(page, '/products/tidewater-mug')
    await page.getByRole('button', { name: 'Tidewater Mug: keep' }).click()
    await page.getByRole('button', { name: 'Tidewater Mug: keep', pressed: true }).waitFor()
    await visit(page, '/wishlist')
  },
  'an empty wishlist': page => visit(page, '/wishlist'),
  'a product that is sold out': page => visit(page, '/products/sold-out-print'),
  'the open drawer': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await drawer(page).getByRole('button', { name: 'Remove Tidewater Mug' }).waitFor()
  },
  'the basket': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await visit(page, '/cart')
  },
  'the basket with a promo code': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await visit(page, '/cart')
    await page.getByText('Got a promo code?').click()
    await page.getByRole('textbox', { name: 'Promo code' }).fill('nonsense')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('We don’t know that code').first().waitFor()
  },
  'an empty basket': page => visit(page, '/cart'),
  'the checkout with errors': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await page.goto('/checkout')
    await page.getByRole('timer').waitFor()
    await page.getByRole('button', { name: 'Go on to delivery' }).click()
    await page.getByRole('alert').waitFor()
  },
  'a basket with something taken out, and something that is no longer there': async (page) => {
    const slug = `axe-${crypto.randomUUID().slice(0, 8)}`
    const [variantId] = await addProduct(shop.database, product(slug, { stock: 5, colours: ['Salt'] }))
    await addToBasket(page, slug)
    await addToBasket(page, 'tidewater-mug')
    await shop.database.fresh(db => db.execute(sql`update variants set price_minor = 2100 where id = ${variantId!}`))
    await leaveInStock(shop.database, variantId!, 0)
    await visit(page, '/cart')
    await page.getByRole('button', { name: 'Remove Tidewater Mug' }).click()
    await page.getByRole('button', { name: 'Put it back: Tidewater Mug' }).waitFor()
    await page.getByText('Sold out since you put it here.').waitFor()
  },
  'the checkout’s second step': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await page.goto('/checkout')
    await fillDetails(page, 'axe@example.com')
  },
  'the checkout’s third step with errors': async (page) => {
    await goToPayment(page, 'tidewater-mug', { card: '42' })
    await payButton(page).click()
    await page.getByRole('alert').waitFor()
  },
  'an order': page => visit(page, orderPath),
  'log in': page => visit(page, '/login'),
  'register': page => visit(page, '/register'),
  'a log-in that was refused': page => visit(page, '/login?problem=auth/too-many-tries'),
  'a forgotten password': page => visit(page, '/forgot'),
  'a link that was asked for': page => visit(page, '/forgot?sent=1'),
  'a new password that was refused': page => visit(page, `/reset?token=${'a'.repeat(43)}&problem=auth/password-common`),
  'a link that does not work': page => visit(page, '/reset'),
  'the account': async (page) => {
    await register(page, { email: `axe-${crypto.randomUUID()}@example.com`, password: 'correct horse battery' })
    await ready(page)
  },
  'the account’s orders': async (page) => {
    await register(page, { email: `axe-${crypto.randomUUID()}@example.com`, password: 'correct horse battery' })
    await visit(page, '/account/orders')
  },
  'a page of words': page => visit(page, '/delivery-and-returns'),
  'a page that does not exist': page => visit(page, '/nowhere'),
}

describe('accessibility', () => {
  test.each(Object.keys(visits))('axe finds nothing on %s, narrow or wide, light or dark', async (name) => {
    const page = await browser.open({ expected: [/ 404 /, / 422 /] })
    await visits[name]!(page)
    const found: string[] = []
    // A sheet is a phone's alone: a wide screen ends it.
    for (const width of name.startsWith('the sheet') ? [360] : [1440, 360]) {
      await page.setViewportSize({ width, height: width > 640 ? 900 : 740 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        // The other mode opens a second page for each look, for the sake of frames that no page here has: three times as slow.
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
        found.push(...violations.flatMap(({ id, nodes }) => nodes.map(node => `${width} ${colorScheme} ${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.replace(/\s+/g, ' ')}`)))
      }
    }
    expect(found).toEqual([])
  })
})
