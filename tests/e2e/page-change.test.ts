import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, enterAs, hydrated } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const spoken = (page: Page) => page.locator('p[aria-live="polite"]').last()
const onMain = (page: Page) => page.evaluate(() => document.activeElement?.id === 'main')
const titleOf = (name: string) => `${name} · Monolith Supply`
/** Everything that is said from here on, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  const said = await spoken(page).evaluateHandle((line) => {
    const said: string[] = []
    new MutationObserver(() => said.push(line.textContent!)).observe(line, { childList: true, characterData: true, subtree: true })
    return said
  })
  return () => said.jsonValue()
}
const soon = { timeout: 15_000 }

describe('a page that changes without a reload', () => {
  test('says its name once, however often the checkout was gone through before', async () => {
    const slug = `told-${crypto.randomUUID().slice(0, 8)}`
    await addProduct(shop.database, product(slug))
    const page = await browser.open()
    await addToBasket(page, slug)
    await drawer(page).getByRole('link', { name: 'See the whole basket' }).click()
    for (let round = 0; round < 2; round++) {
      await page.getByRole('link', { name: 'Check out' }).click()
      await expect.poll(() => spoken(page).innerText(), soon).toContain(titleOf('Checkout'))
      await page.getByRole('link', { name: 'Back to the basket' }).click()
      await expect.poll(() => spoken(page).innerText(), soon).toContain(titleOf('Basket'))
    }
    const said = await listen(page)
    for (const [link, title] of [['Mugs', 'Mugs'], ['Prints', 'Prints']] as const) {
      await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: link }).click()
      await expect.poll(async () => (await said()).some(text => text.startsWith(title)), soon).toBe(true)
      expect(await onMain(page)).toBe(true)
    }
    expect(await said()).toEqual([titleOf('Mugs'), titleOf('Prints')])
  })

  test('says its name when the checkout was where the visit began', async () => {
    const page = await browser.open()
    await page.goto('/checkout')
    await hydrated(page)
    await page.getByRole('link', { name: 'Find something' }).click()
    await page.waitForURL(url => url.pathname === '/')
    await expect.poll(() => spoken(page).innerText(), soon).toContain('Monolith Supply')
    expect(await onMain(page)).toBe(true)
  })

  test('begins to be read when its layout stands too, however late that comes', async () => {
    const page = await browser.open()
    await page.goto('/checkout')
    const { promise: late, resolve: letCome } = Promise.withResolvers<true>()
    const { promise: held, resolve: hold } = Promise.withResolvers<true>()
    await page.route('**/_nuxt/*.js', async (route) => {
      const answer = await route.fetch()
      // The footer's code is what the shop's own layout waits for.
      if ((await answer.text()).includes('Prices in pounds, VAT included')) {
        hold(true)
        await late
      }
      await route.fulfill({ response: answer })
    })
    await page.getByRole('link', { name: 'Find something' }).click()
    await held
    await page.waitForURL(url => url.pathname === '/')
    letCome(true)
    await page.getByRole('contentinfo').getByText('Prices in pounds').waitFor()
    await expect.poll(() => spoken(page).innerText(), soon).toContain('Monolith Supply')
    expect(await onMain(page)).toBe(true)
  })

  test('says its name to those who run the shop', async () => {
    const page = await browser.open()
    await enterAs(page, await shop.admin())
    await page.goto('/admin')
    await hydrated(page)
    await page.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: /^Products/ }).click()
    await page.waitForURL('**/admin/products')
    await expect.poll(() => spoken(page).innerText(), soon).toContain('Products')
    expect(await onMain(page)).toBe(true)
  })
})
