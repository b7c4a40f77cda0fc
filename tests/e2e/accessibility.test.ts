import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, register } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

let orderPath = ''
beforeAll(async () => {
  const buyer = shop.shopper()
  const { body: { items } } = await buyer.get<{ items: { slug: string }[] }>('/api/products?q=north+tote')
  const { body: { variants } } = await buyer.get<{ variants: { id: string }[] }>(`/api/products/${items[0]!.slug}`)
  const { body: order } = await buyer.buy(variants[0]!.id)
  await shop.untilStatus(buyer, order.id, 'delivered')
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
  'a search for nothing': page => visit(page, '/search?q=zzxqvvq'),
  'a product': page => visit(page, '/products/tidewater-mug'),
  'a product that is sold out': page => visit(page, '/products/sold-out-print'),
  'the open drawer': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await drawer(page).getByRole('button', { name: 'Remove Tidewater Mug' }).waitFor()
  },
  'the basket': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await visit(page, '/cart')
  },
  'an empty basket': page => visit(page, '/cart'),
  'the checkout with errors': async (page) => {
    await addToBasket(page, 'tidewater-mug')
    await page.goto('/checkout')
    await page.getByRole('button', { name: /^Pay £/ }).click()
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
    const page = await browser.open({ expected: [/ 404 /] })
    await visits[name]!(page)
    const found: string[] = []
    for (const width of [1440, 360]) {
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
