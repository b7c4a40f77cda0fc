import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, hydrated } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

async function sell(name: string) {
  const slug = `${name}-${crypto.randomUUID().slice(0, 8)}`
  await addProduct(shop.database, product(slug))
  return slug
}

describe('a browser of a few years ago', () => {
  test('that cannot join signals of abortion looks around and fills its basket', async () => {
    const slug = await sell('signals')
    const page = await browser.open({ width: 360 })
    await page.addInitScript(() => Reflect.deleteProperty(AbortSignal, 'any'))
    await addToBasket(page, slug)
    await drawer(page).getByRole('link', { name: 'See the whole basket' }).tap()
    await page.waitForURL('**/cart')
    await page.getByRole('list', { name: 'Things in your basket' }).getByText(slug).waitFor()
  })

  test('that does not know whether it runs scripts shows one picker of variants, the one that counts', async () => {
    const slug = await sell('pickers')
    const page = await browser.open({ width: 360 })
    await page.route(/:\d+\/products\/|\.css$/, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replaceAll(/\(scripting: ?none\)/g, '(unheard-of: none)') })
    })
    await page.goto(`/products/${slug}`)
    await hydrated(page)
    const plain = page.getByRole('combobox', { name: 'Which one' })
    await plain.waitFor({ state: 'hidden' })
    expect(await page.getByRole('group', { name: 'Colour' }).isVisible()).toBe(true)
  })
})
