// Taps that come faster than the answers.
import type { Locator, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, enterAs, hydrated } from '../harness/shop-pages.ts'
import { anAddress } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

async function sell(what: string) {
  const name = `${what} ${crypto.randomUUID().slice(0, 8)}`
  const slug = name.toLowerCase().replaceAll(' ', '-')
  await addProduct(shop.database, product(slug, { name, colours: ['Salt'] }))
  return { name, slug }
}
async function openProduct(slug: string, look: Parameters<typeof browser.open>[0] = { width: 360 }) {
  const page = await browser.open(look)
  await page.goto(`/products/${slug}`)
  await hydrated(page)
  return page
}
const heart = (page: Page, name: string) => page.getByRole('button', { name: `${name}: keep on the wishlist` })
/** Of one of the things that stand below the one that the page is about. */
const anotherHeart = (page: Page) => page.getByRole('list').getByRole('button', { name: /: keep on the wishlist$/ }).first()
/** Within one task of the browser, so that no answer comes in between. */
const tapAtOnce = async (...buttons: Locator[]) => {
  const handles = await Promise.all(buttons.map(button => button.elementHandle()))
  await buttons[0]!.page().evaluate(elements => elements.forEach(element => (element as HTMLElement).click()), handles)
}
const wishes = (page: Page) => page.evaluate(async () => (await (await fetch('/api/wishlist')).json() as { items: { name: string }[] }).items.map(({ name }) => name))
const basket = (page: Page) => page.evaluate(async () => (await (await fetch('/api/cart')).json() as { lines: { name: string }[] }).lines.map(({ name }) => name))

describe('a heart', () => {
  test('and another and the basket, tapped at once by a new visitor, are all kept', async () => {
    const { slug, name } = await sell('All Kept')
    const page = await openProduct(slug)
    await tapAtOnce(heart(page, name), anotherHeart(page), page.getByRole('button', { name: 'Add to basket' }))
    await expect.poll(async () => (await wishes(page)).length).toBe(2)
    await expect.poll(() => basket(page)).toEqual([name])
  })

  test('ends at the last of its taps, and says that alone', async () => {
    const { slug, name } = await sell('Wavering')
    const page = await openProduct(slug)
    await tapAtOnce(heart(page, name), heart(page, name), heart(page, name))
    await page.getByRole('status').filter({ hasText: `${name} is on your wishlist.` }).waitFor({ state: 'attached' })
    expect(await wishes(page)).toEqual([name])
    await tapAtOnce(heart(page, name), heart(page, name), heart(page, name))
    await page.getByRole('status').filter({ hasText: `${name} is off your wishlist.` }).waitFor({ state: 'attached' })
    expect(await wishes(page)).toEqual([])
    expect(await heart(page, name).getAttribute('aria-pressed')).toBe('false')
  })

  test('that is refused takes back itself alone', async () => {
    const { slug, name } = await sell('Refused')
    const page = await openProduct(slug, { width: 360, expected: [/ 503 /] })
    const other = anotherHeart(page)
    await page.route('**/api/wishlist/items', async (route) => {
      const { productId } = (route.request().postDataJSON() ?? {}) as { productId?: string }
      if (productId === await heart(page, name).locator('xpath=preceding-sibling::input').inputValue()) return route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' })
      await route.continue()
    })
    await tapAtOnce(heart(page, name), other)
    await expect.poll(() => heart(page, name).getAttribute('aria-pressed')).toBe('false')
    await expect.poll(async () => (await wishes(page)).length).toBe(1)
    expect(await other.getAttribute('aria-pressed')).toBe('true')
  })
})

test('what is taken out of the basket while its page still loads is not put back by that', async () => {
  const { slug, name } = await sell('Taken Out')
  const page = await browser.open()
  await addToBasket(page, slug)
  await page.goto('/about')
  await page.getByRole('link', { name: 'Basket, 1 thing' }).waitFor()
  await page.evaluate(() => (window as unknown as { useNuxtApp: () => { $router: { push: (to: string) => void } } }).useNuxtApp().$router.push('/search'))
  const { promise: late, resolve: letCome } = Promise.withResolvers<true>()
  const sent: string[] = []
  page.on('request', request => request.method() === 'DELETE' && sent.push(request.url()))
  await page.route('**/api/cart', async (route) => {
    const response = await route.fetch()
    await late
    await route.fulfill({ response })
  })
  await page.evaluate(() => (window as unknown as { useNuxtApp: () => { $router: { push: (to: string) => void } } }).useNuxtApp().$router.push('/cart'))
  await page.getByRole('button', { name: `Remove ${name}` }).click()
  await page.getByRole('button', { name: `Put it back: ${name}` }).waitFor()
  expect(sent).toEqual([])
  letCome(true)
  await expect.poll(() => sent.length).toBe(1)
  await page.getByRole('heading', { name: 'Nothing in here yet.' }).waitFor()
})

test('two things removed from the wishlist at once are both off it; the way back is in view and takes the focus', async () => {
  const things = [await sell('First Wish'), await sell('Second Wish'), await sell('Third Wish')]
  const page = await browser.open({ width: 360, height: 420 })
  for (const { slug, name } of things) {
    await page.goto(`/products/${slug}`)
    await hydrated(page)
    await heart(page, name).tap()
    await page.getByRole('status').filter({ hasText: `${name} is on your wishlist.` }).waitFor({ state: 'attached' })
  }
  await page.goto('/wishlist')
  await hydrated(page)
  const [first, second, third] = things.map(({ name }) => name) as [string, string, string]
  const remove = (name: string) => page.getByRole('button', { name: `Remove ${name}` })
  await remove(third).scrollIntoViewIfNeeded()
  await tapAtOnce(remove(third), remove(second), remove(second))
  await expect.poll(() => wishes(page)).toEqual([first])
  await remove(first).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  const undo = page.getByRole('button', { name: `Undo: ${second}` })
  await expect.poll(() => undo.evaluate(button => button === document.activeElement)).toBe(true)
  const { y, height } = (await undo.boundingBox())!
  expect(y + height).toBeLessThanOrEqual(420)
  await undo.tap()
  await page.getByRole('link', { name: second }).last().waitFor()
  await expect.poll(() => page.getByRole('link', { name: second }).last().evaluate(link => link === document.activeElement)).toBe(true)
  await page.getByRole('button', { name: `Undo: ${third}` }).tap()
  await expect.poll(async () => (await wishes(page)).toSorted()).toEqual([first, second, third].toSorted())
})

test('an address that is deleted by a double tap is gone, and nothing else is said', async () => {
  const page = await browser.open({ width: 360 })
  await enterAs(page, await shop.registered())
  expect((await page.request.post(`${shop.url}/api/account/addresses`, { headers: { origin: shop.url }, data: anAddress })).ok()).toBe(true)
  await page.goto('/account/addresses')
  await hydrated(page)
  const button = page.getByRole('button', { name: `Delete ${anAddress.line1}` })
  await tapAtOnce(button, button)
  await page.getByText('None so far.').waitFor()
  await everythingLoaded(page)
  expect(await page.getByRole('alert').count()).toBe(0)
})
