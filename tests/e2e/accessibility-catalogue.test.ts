import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings } from '../harness/axe.ts'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product, somePictures } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const widths = [1440, 360]
const reviewed = `reviewed-${crypto.randomUUID().slice(0, 8)}`
let purchase = ''
beforeAll(async () => {
  const buyer = shop.shopper()
  const [mug] = await addProduct(shop.database, { ...product(reviewed, { name: 'Reviewed Mug' }), pictures: somePictures(2) })
  const { body: paid } = await buyer.buy(mug!)
  purchase = `?order=${paid.id}&token=${paid.token}`
  const { body: { id } } = await buyer.request<{ id: string }>('POST', `/api/products/${reviewed}/reviews`, { rating: 2, title: 'It is a mug', text: 'It does what mugs do.', name: 'Gareth' })
  await (await shop.admin()).request('POST', `/api/admin/reviews/${id}/publish`, { revision: 1 })
  await shop.settled()
})

/** What has to be done on a page for the state that is looked at. */
const states: Record<string, (page: Page) => Promise<unknown>> = {
  'suggestions': async (page) => {
    await page.goto('/search')
    await page.getByRole('main').getByLabel('Search the shop').pressSequentially('mug')
    await page.getByRole('main').getByRole('option').first().waitFor()
  },
  'a review that is being written': async (page) => {
    await page.goto(`/write-review/${reviewed}${purchase}`)
    await page.getByRole('button', { name: 'Change the review' }).waitFor()
  },
  'a closer look': async (page) => {
    await page.goto(`/products/${reviewed}`)
    await page.getByRole('link', { name: 'Look closer' }).first().click()
    await page.getByRole('dialog', { name: /^A closer look/ }).waitFor()
  },
  'the wishlist': async (page) => {
    await page.goto(`/products/${reviewed}`)
    await page.getByRole('button', { name: 'Reviewed Mug: keep' }).click()
    await page.getByRole('button', { name: 'Reviewed Mug: keep', pressed: true }).waitFor()
    await page.goto('/wishlist')
  },
}

describe('axe finds nothing, narrow or wide, light or dark,', () => {
  test('on pages that only have to be opened', async () => {
    const page = await browser.open({ expected: [/ 404 /] })
    const found: string[] = []
    for (const path of [
      '/', '/categories/mugs', '/categories/mugs?min=cheap', '/search?q=mug', '/search?q=zzxqvvq', '/products/tidewater-mug', '/products/sold-out-print',
      `/reviews/${reviewed}`, '/write-review/tidewater-mug', '/wishlist', '/delivery-and-returns', '/nowhere',
    ]) {
      await page.goto(path)
      found.push(...(await axeFindings(page, { widths })).map(line => `${path} ${line}`))
    }
    expect(found).toEqual([])
  }, 180_000)

  test.each(Object.keys(states))('on %s', async (name) => {
    const page = await browser.open()
    await states[name]!(page)
    expect(await axeFindings(page, { widths })).toEqual([])
  })
})

// A wide screen ends the sheet.
test('axe finds nothing on the sheet of filters, light or dark', async () => {
  const page = await browser.open({ width: 360 })
  await page.goto('/categories/mugs?colour=Salt')
  await page.locator('summary', { hasText: 'Filter and sort' }).click()
  await page.getByRole('dialog', { name: 'Filter and sort' }).locator('summary', { hasText: 'Colour' }).click()
  expect(await axeFindings(page)).toEqual([])
})
