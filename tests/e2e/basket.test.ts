import { sql } from 'drizzle-orm'
import type { Locator, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, leaveInStock, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, hydrated } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const looks = [{ width: 360 }, { width: 1440 }]
const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const hasFocus = (what: Locator) => what.evaluate(element => element === document.activeElement)
const lineOf = (within: Page | Locator, name: string) => within.getByRole('list', { name: 'Things in your basket' }).getByRole('listitem').filter({ hasText: name })
const quantityIn = (within: Page | Locator, name: string, quantity: number) => lineOf(within, name).getByRole('img', { name: `Quantity ${quantity}` })
const names = (within: Page | Locator) => within.getByRole('list', { name: 'Things in your basket' }).getByRole('listitem').locator('a.font-semibold').allInnerTexts()

async function sell(name: string, options: Parameters<typeof product>[1] = {}) {
  const slug = unique(name)
  const [variantId] = await addProduct(shop.database, product(slug, { colours: ['Salt'], ...options }))
  return { slug, variantId: variantId! }
}
const leave = (variantId: string, left: number) => leaveInStock(shop.database, variantId, left)
const cartOf = (page: Page) => page.evaluate(async () => (await (await fetch('/api/cart')).json()) as { lines: { quantity: number }[] })

describe('the drawer', () => {
  test.each(looks)('is not blank at the first add, on a screen of $width', async (look) => {
    const { slug } = await sell('first')
    const page = await browser.open(look)
    await addToBasket(page, slug)
    await quantityIn(drawer(page), slug, 1).waitFor()
    await drawer(page).getByText('£18.00').first().waitFor()
    await drawer(page).getByRole('link', { name: 'Check out' }).waitFor()
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0)
  })

  test('says inside itself what has changed, for the page behind it is silent', async () => {
    const { slug } = await sell('said')
    const page = await browser.open()
    await addToBasket(page, slug)
    await drawer(page).getByRole('button', { name: 'One more of' }).click()
    await drawer(page).getByRole('status').filter({ hasText: `${slug}: 2. 2 in your basket.` }).waitFor({ state: 'attached' })
  })

  test('adds once for a double click', async () => {
    const { slug } = await sell('twice')
    const page = await browser.open()
    await page.goto(`/products/${slug}`)
    await page.getByRole('button', { name: 'Add to basket' }).dblclick()
    await quantityIn(drawer(page), slug, 1).waitFor()
    expect((await cartOf(page)).lines).toMatchObject([{ quantity: 1 }])
  })

  test.each([{ height: 740 }, { height: 420 }, { height: 300 }])('has its button within reach at 360 × $height, with ten lines in it', async ({ height }) => {
    const page = await browser.open({ width: 360 })
    const { slug } = await sell('many', { colours: Array.from({ length: 10 }, (_, index) => `Tint ${index}`) })
    await page.goto(`/products/${slug}`)
    await page.evaluate(async (slug) => {
      const { variants } = await (await fetch(`/api/products/${slug}`)).json() as { variants: { id: string }[] }
      for (const { id } of variants) await fetch('/api/cart/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ variantId: id, quantity: 1 }) })
    }, slug)
    await page.reload()
    await page.getByRole('link', { name: 'Basket, 10 things' }).tap()
    await page.setViewportSize({ width: 360, height })
    const button = drawer(page).getByRole('link', { name: 'Check out' })
    await button.scrollIntoViewIfNeeded()
    const box = (await button.boundingBox())!
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height).toBeLessThanOrEqual(height)
    expect(box.height).toBeGreaterThanOrEqual(44)
    await button.tap()
    await page.waitForURL('**/checkout')
  })

  test('keeps the page behind where it is, and gives the focus back to what opened it', async () => {
    const { slug } = await sell('behind')
    const page = await browser.open({ height: 500 })
    await page.goto(`/products/${slug}`)
    await hydrated(page)
    const add = page.getByRole('button', { name: 'Add to basket' })
    await add.focus()
    await page.keyboard.press('Enter')
    await drawer(page).waitFor()
    const before = await page.evaluate(() => scrollY)
    await page.mouse.move(100, 250)
    await page.mouse.wheel(0, 600)
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect(await page.evaluate(() => scrollY)).toBe(before)
    await page.keyboard.press('Escape')
    await drawer(page).waitFor({ state: 'hidden' })
    await expect.poll(() => hasFocus(add)).toBe(true)
  })

  test('is what the basket’s page is, also in another tab and after the back button', async () => {
    const { slug } = await sell('same')
    const page = await browser.open()
    await addToBasket(page, slug)
    const other = await page.context().newPage()
    await other.goto('/cart')
    await quantityIn(other, slug, 1).waitFor()
    await drawer(page).getByRole('button', { name: 'One more of' }).click()
    await quantityIn(other, slug, 2).waitFor()
    await other.getByText('£36.00').first().waitFor()
    await page.goto('/about')
    await other.getByRole('button', { name: 'One more of' }).click()
    await quantityIn(other, slug, 3).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Basket, 3 things' }).click()
    await quantityIn(drawer(page), slug, 3).waitFor()
    await drawer(page).getByText('£54.00').first().waitFor()
  })

  test('looks again when the browser shows the page from its memory', async () => {
    const { slug, variantId } = await sell('memory')
    const page = await browser.open()
    await page.goto(`/products/${slug}`)
    await page.getByRole('link', { name: 'Basket', exact: true }).waitFor()
    await page.evaluate(async id => void await fetch('/api/cart/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ variantId: id, quantity: 2 }) }), variantId)
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await page.getByRole('link', { name: 'Basket, 2 things' }).waitFor()
  })
})

describe('a changed basket', () => {
  test('ends at the last of many quick wishes, whatever order the answers come in', async () => {
    const { slug } = await sell('quick')
    const page = await browser.open()
    await addToBasket(page, slug)
    const sent: number[] = []
    await page.route('**/api/cart/items/*', async (route) => {
      sent.push((route.request().postDataJSON() as { quantity: number }).quantity)
      await route.continue()
    })
    const more = drawer(page).getByRole('button', { name: 'One more of' })
    await more.evaluate((button: HTMLElement) => void Array.from({ length: 6 }, () => button.click()))
    for (let click = 0; click < 3; click++) await more.click()
    await drawer(page).getByText('£180.00').last().waitFor()
    await expect.poll(async () => (await cartOf(page)).lines).toMatchObject([{ quantity: 10 }])
    expect(sent.at(-1)).toBe(10)
    expect(sent.length).toBeLessThan(9)
  })

  test('goes back to what it was when the shop refuses, and says why', async () => {
    const { slug, variantId } = await sell('refused', { stock: 5 })
    const page = await browser.open({ expected: [/ 409 /, / 503 /] })
    await addToBasket(page, slug)
    await leave(variantId, 1)
    await drawer(page).getByRole('button', { name: 'One more of' }).click()
    await drawer(page).getByRole('alert').filter({ hasText: 'There aren’t that many left' }).waitFor()
    await quantityIn(drawer(page), slug, 1).waitFor()
    expect(await drawer(page).getByRole('button', { name: 'One more of' }).getAttribute('aria-disabled')).toBe('true')

    await leave(variantId, 5)
    await page.reload()
    await page.getByRole('link', { name: 'Basket, 1 thing' }).click()
    await page.route('**/api/cart/items/*', route => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }))
    await drawer(page).getByRole('button', { name: 'One more of' }).click()
    await drawer(page).getByRole('alert').filter({ hasText: 'We are catching our breath' }).waitFor()
    await quantityIn(drawer(page), slug, 1).waitFor()
  })

  test('says in words that there is no connection, and keeps what is there', async () => {
    const { slug } = await sell('offline')
    const page = await browser.open({ expected: [/ERR_INTERNET_DISCONNECTED/] })
    await addToBasket(page, slug)
    await page.context().setOffline(true)
    await drawer(page).getByRole('button', { name: 'One more of' }).click()
    await drawer(page).getByRole('alert').filter({ hasText: 'Check your connection' }).waitFor()
    await quantityIn(drawer(page), slug, 1).waitFor()
  })

  test.each(looks)('has what was removed back in its place, with its quantity, by hand or by keyboard, at $width', async (look) => {
    const [first, second] = [await sell('first-in'), await sell('second-in')]
    const page = await browser.open(look)
    await addToBasket(page, first.slug)
    await drawer(page).getByRole('button', { name: 'One more of' }).click()
    await quantityIn(drawer(page), first.slug, 2).waitFor()
    await addToBasket(page, second.slug)
    await page.goto('/cart')
    const order = await names(page)
    expect(order).toEqual([first.slug, second.slug])
    const remove = page.getByRole('button', { name: `Remove ${first.slug}` })
    const back = page.getByRole('button', { name: `Put it back: ${first.slug}` })
    await remove.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => hasFocus(back)).toBe(true)
    await page.getByRole('status').filter({ hasText: `${first.slug}: removed.` }).waitFor({ state: 'attached' })
    expect(await names(page)).toEqual([second.slug])
    await page.keyboard.press('Enter')
    await quantityIn(page, first.slug, 2).waitFor()
    expect(await names(page)).toEqual(order)
    await expect.poll(() => hasFocus(lineOf(page, first.slug).locator('a.font-semibold'))).toBe(true)
    await page.reload()
    expect(await names(page)).toEqual(order)
  })

  test('says that what was removed has gone to somebody else meanwhile, or comes back with fewer', async () => {
    const [gone, fewer] = [await sell('gone', { stock: 3 }), await sell('fewer', { stock: 3 })]
    const page = await browser.open({ expected: [/ 409 /] })
    for (const { slug } of [gone, fewer]) await addToBasket(page, slug)
    await page.goto('/cart')
    await lineOf(page, fewer.slug).getByRole('button', { name: 'One more of' }).click()
    await quantityIn(page, fewer.slug, 2).waitFor()
    for (const { slug } of [gone, fewer]) await page.getByRole('button', { name: `Remove ${slug}` }).click()
    await page.getByRole('heading', { name: 'Nothing in here yet.' }).waitFor()
    await leave(gone.variantId, 0)
    await leave(fewer.variantId, 1)
    await page.getByRole('button', { name: `Put it back: ${fewer.slug}` }).click()
    await lineOf(page, fewer.slug).getByText('Only 1 was left of the 2 that you wanted').waitFor()
    await page.getByRole('button', { name: `Put it back: ${gone.slug}` }).click()
    await page.getByRole('alert').filter({ hasText: `${gone.slug} can’t come back` }).waitFor()
  })
})

describe('a basket that the shop has changed', () => {
  test('tells the price of then and now, fewer than wanted, sold out, and no longer sold', async () => {
    const [dearer, scarce, empty, retired] = [await sell('dearer'), await sell('scarce'), await sell('empty'), await sell('retired')]
    const page = await browser.open({ width: 360 })
    for (const { slug } of [dearer, empty, retired, scarce]) await addToBasket(page, slug)
    await lineOf(drawer(page), scarce.slug).getByRole('button', { name: 'One more of' }).tap()
    await quantityIn(drawer(page), scarce.slug, 2).waitFor()
    await lineOf(drawer(page), scarce.slug).getByRole('button', { name: 'One more of' }).tap()
    await quantityIn(drawer(page), scarce.slug, 3).waitFor()
    await shop.database.fresh(db => db.execute(sql`update variants set price_minor = 2050 where id = ${dearer.variantId}`))
    await shop.database.fresh(db => db.execute(sql`update variants set retired = true where id = ${retired.variantId}`))
    await leave(scarce.variantId, 2)
    await leave(empty.variantId, 0)
    await page.goto('/cart')
    await lineOf(page, dearer.slug).getByText('It was £18.00 when you added it and is £20.50 now.').waitFor()
    await lineOf(page, scarce.slug).getByText('Only 2 were left of the 3 that you wanted, so we changed the quantity.').waitFor()
    await quantityIn(page, scarce.slug, 2).waitFor()
    await lineOf(page, empty.slug).getByText('Sold out since you put it here.').waitFor()
    await page.getByRole('list', { name: 'No longer sold' }).getByText(retired.slug).waitFor()
    expect(await page.getByRole('link', { name: 'Check out' }).count()).toBe(0)
    expect(await sidewaysScroll(page)).toBe(0)
    await page.getByRole('button', { name: `Take out ${retired.slug}` }).tap()
    await page.getByRole('list', { name: 'No longer sold' }).waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('tabindex')), { timeout: 15_000 }).toBe('-1')
    await page.getByRole('button', { name: `Remove ${empty.slug}` }).tap()
    await page.getByRole('link', { name: 'Check out' }).waitFor()
    await page.reload()
    await lineOf(page, scarce.slug).getByText('so we changed the quantity').waitFor()
  })

  test('does not call sold out what the shopper’s own checkout keeps aside', async () => {
    const { variantId } = await sell('mine', { stock: 1 })
    const shopper = shop.shopper()
    await shopper.add(variantId)
    const { status } = await shopper.checkout()
    expect(status).toBe(201)
    expect((await shopper.get('/api/cart')).body).toMatchObject({ lines: [{ quantity: 1, available: 1 }] })
    expect((await shop.shopper().add(variantId)).body.code).toBe('orders/out-of-stock')
  })
})
