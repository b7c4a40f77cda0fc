import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { drawer, enterAs, hydrated } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const basket = (page: Page) => page.getByRole('link', { name: /^Basket/ })
/** A shopper on a phone, logged in by nothing but a cookie, and one thing that is theirs to keep or buy. */
async function visitor(name: string, expected: RegExp[]) {
  const slug = `${name}-${crypto.randomUUID().slice(0, 8)}`
  await addProduct(shop.database, product(slug))
  const one = shop.shopper()
  const { body } = await one.get<{ id: string, variants: { id: string }[] }>(`/api/products/${slug}`)
  await one.add(body.variants[0]!.id)
  expect((await one.request('POST', '/api/wishlist/items', { productId: body.id })).status).toBe(200)
  const page = await browser.open({ width: 360, expected })
  await enterAs(page, one)
  return { page, slug }
}
const breakLine = (page: Page, paths: string) => page.route(paths, route => route.abort('internetdisconnected'))
/** Both tries of a load have failed. */
function failedTwice(page: Page, path: string) {
  let failures = 0
  page.on('requestfailed', request => request.method() === 'GET' && request.url().includes(path) && failures++)
  return () => expect.poll(() => failures, { timeout: 15_000 }).toBe(2)
}

describe('what a page shows stays when the line is gone', () => {
  test('a wish that can’t be removed is still there, and the page says why', async () => {
    const { page, slug } = await visitor('wished', [/ERR_INTERNET_DISCONNECTED/])
    await page.goto('/wishlist')
    await hydrated(page)
    await breakLine(page, '**/api/wishlist**')
    await breakLine(page, '**/api/wishlist/**')
    const asked = failedTwice(page, '/api/wishlist')
    await page.getByRole('button', { name: `Remove ${slug}` }).tap()
    await asked()
    await page.getByRole('alert').filter({ hasText: 'Check your connection' }).waitFor()
    await page.unroute('**/api/wishlist**')
    await page.unroute('**/api/wishlist/**')
    // Taken up when the look at the list has come to its end.
    await expect.poll(async () => {
      const remove = page.getByRole('button', { name: `Remove ${slug}` })
      if (await remove.isVisible()) await remove.tap()
      return page.getByText('Nothing yet.').isVisible()
    }, { timeout: 20_000 }).toBe(true)
  })

  test('so does a list that was left a while ago', async () => {
    const { page } = await visitor('left', [/ERR_INTERNET_DISCONNECTED/])
    await page.goto('/categories/mugs')
    await hydrated(page)
    const tiles = page.getByRole('list', { name: 'Mugs' }).getByRole('article')
    const shown = await tiles.count()
    await tiles.first().getByRole('link').tap()
    await page.waitForURL('**/products/**')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.evaluate(() => {
      const now = Date.now
      Date.now = () => now() + 60_000
    })
    await breakLine(page, '**/api/products?**')
    const asked = failedTwice(page, '/api/products?')
    await page.goBack()
    await asked()
    await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 15_000 }).toBe(0)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Mugs')
    expect(await tiles.count()).toBe(shown)
  })

  test.each([1440, 360])('so does a list of which others were wanted, at %i px, and it says that it is the old one', async (width) => {
    const page = await browser.open({ width, expected: [/ERR_INTERNET_DISCONNECTED/] })
    await page.goto('/categories/mugs')
    const tiles = page.getByRole('list', { name: 'Mugs' }).getByRole('article')
    const shown = await tiles.count()
    const phone = width === 360
    if (phone) await page.locator('summary', { hasText: 'Filter and sort' }).tap()
    const place = phone ? page.getByRole('dialog', { name: 'Filter and sort' }) : page.getByRole('main')
    const sort = place.getByRole('combobox', { name: 'Sort' })
    await sort.focus()
    await everythingLoaded(page)
    await breakLine(page, '**/api/products?**')
    const asked = failedTwice(page, '/api/products?')
    await sort.selectOption('price-asc')
    await asked()
    await place.getByRole('alert').filter({ hasText: 'That didn’t load' }).waitFor()
    expect(await tiles.count()).toBe(shown)
    await page.unroute('**/api/products?**')
    await place.getByRole('button', { name: 'Try again' }).click()
    await place.getByRole('alert').filter({ hasText: 'That didn’t load' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('?sort=price-asc')
    if (phone) await place.getByRole('button', { name: /^Show \d+ things/ }).tap()
    await expect.poll(async () => {
      const prices = (await tiles.locator('.tile-name + p').allInnerTexts()).map(text => Number(/£([\d.]+)/.exec(text)?.[1]))
      return prices.every((price, index) => index === 0 || prices[index - 1]! <= price)
    }).toBe(true)
  })

  test('a page that can’t be fetched says that it may work in a moment, not that the shop is to blame', async () => {
    const { page } = await visitor('asked', [/ERR_INTERNET_DISCONNECTED/, /^console: .*Unavailable/])
    await page.goto('/')
    await hydrated(page)
    await breakLine(page, '**/api/products?**')
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Mugs' }).tap()
    await page.getByRole('heading', { name: 'We’re catching our breath.' }).waitFor()
  })
})

describe('the basket opens', () => {
  test('at the second try, when the first look at it failed', async () => {
    const { page, slug } = await visitor('looked', [/ERR_INTERNET_DISCONNECTED/])
    await breakLine(page, '**/api/cart')
    await page.goto('/about')
    await hydrated(page)
    await basket(page).tap()
    await drawer(page).getByRole('alert').filter({ hasText: 'Check your connection' }).waitFor()
    await drawer(page).getByRole('button', { name: 'Close the basket' }).tap()
    await page.unroute('**/api/cart')
    await basket(page).tap()
    await drawer(page).getByRole('list', { name: 'Things in your basket' }).getByText(slug).waitFor()
  })

  test('as a page of its own, when the drawer’s code doesn’t come', async () => {
    const { page, slug } = await visitor('undrawn', [/_nuxt/])
    await page.goto('/about')
    await hydrated(page)
    await everythingLoaded(page)
    await page.route('**/_nuxt/*.js', route => route.abort())
    await basket(page).tap()
    await basket(page).tap()
    await page.waitForURL('**/cart')
    await page.getByRole('list', { name: 'Things in your basket' }).getByText(slug).waitFor()
  })
})
