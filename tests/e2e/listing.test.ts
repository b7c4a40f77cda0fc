import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { hydrated } from '../harness/shop-pages.ts'
import { until } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

/** A colour of our own: a shelf that nobody else's test changes. */
const tint = `Tint${crypto.randomUUID().slice(0, 6)}`
const shelf = `/categories/notebooks?colour=${tint}`
const things = 60

beforeAll(async () => {
  for (let index = 0; index < things; index++) {
    const source = product(`shelf-${tint.toLowerCase()}-${index}`, { category: 'notebooks', priceMinor: 1_000 + index * 100, colours: index % 2 ? [tint] : [tint, `${tint}b`], stock: index % 10 ? 5 : 0 })
    await addProduct(shop.database, { ...source, options: [...source.options, { name: 'Size', values: index % 3 ? ['A5'] : ['A5', 'A6'] }], attributes: { paper: index < 10 ? 'laid' : 'wove' } })
  }
  await until(async () => (await fetch(`${shop.url}/api/products?colour=${tint}&facets=1&limit=1`)).json() as Promise<{ facets: { total: number } }>, ({ facets }) => facets.total === things)
}, 120_000)

const form = (page: Page) => page.getByRole('form', { name: 'Filter and sort' })
const count = (page: Page) => page.locator('#how-many')
const box = (page: Page, name: string | RegExp) => form(page).getByRole('checkbox', { name })
const tiles = (page: Page) => page.getByRole('list', { name: 'Notebooks' }).getByRole('article')
const inStock = (page: Page) => tiles(page).filter({ hasNotText: 'Sold out' })
const scrollY = (page: Page) => page.evaluate(() => Math.round(window.scrollY))
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('value') ?? document.activeElement?.textContent?.trim() ?? '')

async function open(page: Page, path = shelf) {
  await page.goto(path)
}
const facet = (page: Page, name: string) => form(page).locator('summary', { hasText: name })

describe('filters, by keyboard alone', () => {
  test('widen within a facet and narrow between them, without a jump or a lost focus, and say how many are left', async () => {
    const page = await browser.open()
    await open(page)
    await page.evaluate(() => window.scrollTo(0, 120))
    await facet(page, 'Size').focus()
    await everythingLoaded(page)
    await page.keyboard.press('Enter')
    await box(page, /^A6/).focus()
    const from = await scrollY(page)
    await page.keyboard.press('Space')
    await page.waitForURL(/size=A6/)
    await expect.poll(() => count(page).textContent()).toContain('20 things')
    expect(await count(page).getAttribute('role')).toBe('status')
    expect(await scrollY(page)).toBe(from)
    expect(await focused(page)).toBe('A6')
    // Its own facet counts as if nothing were chosen in it.
    expect(await form(page).locator('label', { has: page.locator('input[value=A5]') }).innerText()).toContain('60')
    await facet(page, 'Material').focus()
    await page.keyboard.press('Enter')
    await box(page, /^Laid/).focus()
    await page.keyboard.press('Space')
    await expect.poll(() => count(page).textContent()).toContain('4 things')
    await box(page, /^Wove/).focus()
    await page.keyboard.press('Space')
    await expect.poll(() => count(page).textContent()).toContain('20 things')
    expect(new URL(page.url()).searchParams.getAll('material')).toEqual(['Laid', 'Wove'])
    await page.keyboard.press('Escape')
    expect(await focused(page)).toContain('Material')
    expect(await form(page).locator('details.facet[open]').count()).toBe(0)
    expect(await sidewaysScroll(page)).toBe(0)
  })

  test('what nothing fits any more stays, and cannot be chosen', async () => {
    const page = await browser.open()
    await open(page, `${shelf}&material=Laid&min=50`)
    await facet(page, 'Material').click()
    expect(await box(page, /^Wove/).isDisabled()).toBe(false)
    await facet(page, 'Size').click()
    await expect.poll(() => box(page, /^A6/).isDisabled()).toBe(true)
    await page.getByRole('heading', { name: 'Nothing fits all of that.' }).waitFor()
  })

  test('chips take one each, and hand the focus on', async () => {
    const page = await browser.open()
    await open(page, `${shelf}&size=A6&material=Laid&max=30`)
    const chips = page.getByRole('list', { name: 'Filters in use' })
    await chips.getByRole('link', { name: 'Remove filter: Material: Laid' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).searchParams.has('material')).toBe(false)
    expect(new URL(page.url()).searchParams.get('size')).toBe('A6')
    await expect.poll(() => focused(page)).toContain('Up to £30')
    await chips.getByRole('link', { name: 'Clear all' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('how-many')
  })

  test('a price that is none is said beside its field, and the list stays', async () => {
    const page = await browser.open()
    await open(page)
    await facet(page, 'Price').click()
    await everythingLoaded(page)
    await form(page).getByText('Here: £10 to £69').waitFor()
    const highest = form(page).getByLabel('Highest price in pounds')
    await highest.fill('cheap')
    await highest.press('Enter')
    await form(page).getByRole('alert').filter({ hasText: 'A price in pounds' }).waitFor()
    expect(await highest.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator(`#${await highest.getAttribute('aria-describedby')}`).innerText()).toContain('A price in pounds')
    expect(await count(page).textContent()).toContain('60 things')
    await form(page).getByLabel('Lowest price in pounds').fill('20')
    await highest.fill('12.50')
    await highest.press('Enter')
    await form(page).getByRole('alert').filter({ hasText: 'Less than the lowest' }).waitFor()
    await highest.fill('22')
    await highest.press('Enter')
    await expect.poll(() => count(page).textContent()).toContain('3 things')
    expect(await form(page).getByRole('alert').count()).toBe(0)
  })

  test('old results stay, dimmed, until the new ones are there', async () => {
    const page = await browser.open()
    await open(page)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route('**/api/products?**', async (route) => {
      await held
      await route.continue()
    })
    await facet(page, 'Size').click()
    await box(page, /^A6/).click()
    await page.locator('[aria-busy="true"]').first().waitFor()
    expect(await tiles(page).count()).toBe(24)
    letGo()
    await expect.poll(() => count(page).textContent()).toContain('20 things')
    expect(await page.locator('ul[aria-busy="true"]').count()).toBe(0)
  })
})

describe('on a phone', () => {
  test('filters are a sheet that holds the focus, counts, and gives it back', async () => {
    const page = await browser.open({ width: 360 })
    await open(page)
    const opener = form(page).locator('summary', { hasText: 'Filter and sort' })
    await opener.tap()
    const sheet = page.getByRole('dialog', { name: 'Filter and sort' })
    await sheet.waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Close the filters')
    expect(await page.locator('header[inert]').count()).toBe(1)
    await sheet.locator('summary', { hasText: 'Size' }).tap()
    await sheet.locator('label', { hasText: 'A6' }).tap()
    await sheet.getByRole('button', { name: 'Show 20 things' }).waitFor()
    const small = await sheet.locator('button, summary, label, select').evaluateAll(all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80)))
    expect(small).toEqual([])
    // However often Tab is pressed, nothing behind the sheet gets the focus.
    for (let press = 0; press < 14; press++) {
      await page.keyboard.press('Tab')
      expect(await sheet.evaluate(element => document.activeElement === document.body || element.contains(document.activeElement))).toBe(true)
    }
    expect(await sidewaysScroll(page)).toBe(0)
    await sheet.getByRole('button', { name: 'Show 20 things' }).tap()
    await sheet.waitFor({ state: 'detached' })
    expect(await focused(page)).toContain('Filter and sort')
    expect(await page.locator('[inert]').count()).toBe(0)
    await opener.tap()
    await sheet.getByRole('button', { name: 'Clear all' }).tap()
    await expect.poll(() => new URL(page.url()).search).toBe('')
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    // The device's own way back: here a key that the sheet itself can't hear.
    await opener.tap()
    await sheet.waitFor()
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
  })

  test('filters that were opened and ticked before any code was there become the sheet when it is', async () => {
    const page = await browser.open({ width: 360 })
    const { promise: here, resolve: arrive } = Promise.withResolvers<true>()
    await page.route('**/_nuxt/*.js', async (route) => {
      await here
      await route.continue()
    })
    await page.goto(shelf, { waitUntil: 'commit' })
    await form(page).locator('summary', { hasText: 'Filter and sort' }).tap()
    await facet(page, 'Size').tap()
    await form(page).locator('label', { hasText: 'A6' }).tap()
    arrive(true)
    await page.waitForURL(/size=A6/)
    await page.getByRole('dialog', { name: 'Filter and sort' }).getByRole('button', { name: 'Show 20 things' }).waitFor()
  })

  test('cleared after a reload on an empty list, the sheet stays, and no shelf is called empty that is not', async () => {
    const page = await browser.open({ width: 360 })
    await open(page, `${shelf}&material=Laid&min=50`)
    await form(page).locator('summary', { hasText: 'Filter and sort' }).tap()
    const sheet = page.getByRole('dialog', { name: 'Filter and sort' })
    const { promise: here, resolve: arrive } = Promise.withResolvers<true>()
    await page.route('**/api/products?**', async (route) => {
      await here
      await route.continue()
    })
    const asked = page.waitForRequest('**/api/products?**')
    await sheet.getByRole('button', { name: 'Clear all' }).tap()
    await asked
    expect(await sheet.isVisible()).toBe(true)
    expect(await page.getByText('An empty shelf.').count()).toBe(0)
    arrive(true)
    await expect.poll(() => tiles(page).count(), { timeout: 15_000 }).toBe(24)
    expect(await sheet.isVisible()).toBe(true)
  })

  test('a way back finds the pages that were loaded and the place that was looked at, with and without the page in memory', async () => {
    const page = await browser.open({ width: 360 })
    await open(page)
    await page.getByRole('link', { name: 'Load more' }).tap()
    await expect.poll(() => tiles(page).count(), { timeout: 15_000 }).toBe(48)
    await page.waitForURL(/pages=2/)
    // Who asked for more reads on at the first of them.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(await tiles(page).nth(24).getByRole('link').getAttribute('href'))
    const wanted = inStock(page).nth(35)
    await wanted.scrollIntoViewIfNeeded()
    const before = await scrollY(page)
    expect(before).toBeGreaterThan(2_000)

    await wanted.getByRole('link').tap()
    await page.waitForURL('**/products/**')
    await page.getByRole('button', { name: 'Add to basket' }).waitFor()
    await page.goBack()
    await expect.poll(() => tiles(page).count(), { timeout: 15_000 }).toBe(48)
    await expect.poll(async () => Math.abs(await scrollY(page) - before), { timeout: 15_000 }).toBeLessThanOrEqual(4)

    await wanted.getByRole('link').tap()
    await page.waitForURL('**/products/**')
    await page.getByRole('button', { name: 'Add to basket' }).waitFor()
    await page.reload()
    await hydrated(page)
    await page.goBack()
    await expect.poll(() => tiles(page).count(), { timeout: 15_000 }).toBe(48)
    await expect.poll(async () => Math.abs(await scrollY(page) - before), { timeout: 15_000 }).toBeLessThanOrEqual(4)
    await page.reload()
    await expect.poll(() => tiles(page).count(), { timeout: 15_000 }).toBe(48)
    await expect.poll(async () => Math.abs(await scrollY(page) - before), { timeout: 15_000 }).toBeLessThanOrEqual(4)
  })
})

test('who reloads and goes back before the code is there gets the page that is gone back to', async () => {
  const page = await browser.open({ width: 360 })
  await open(page)
  await inStock(page).nth(3).getByRole('link').tap()
  await page.waitForURL('**/products/**')
  await page.getByRole('button', { name: 'Add to basket' }).waitFor()
  const script = '**/_nuxt/*.js'
  const { promise: back, resolve: goneBack } = Promise.withResolvers<true>()
  await page.route(script, async (route) => {
    await back
    await route.continue()
  })
  await page.reload({ waitUntil: 'commit' })
  await page.getByRole('button', { name: 'Add to basket' }).waitFor()
  await page.evaluate(() => history.back())
  await expect.poll(() => page.evaluate(() => location.pathname)).toBe('/categories/notebooks')
  goneBack(true)
  await expect.poll(() => tiles(page).count(), { timeout: 15_000 }).toBe(24)
  expect(await page.evaluate(() => location.pathname)).toBe('/categories/notebooks')
  await page.unroute(script)
})

test('what is ticked while the filters’ code is still on its way counts', async () => {
  const page = await browser.open()
  await open(page)
  const { promise: here, resolve: arrive } = Promise.withResolvers<true>()
  await page.route('**/_nuxt/*.js', async (route) => {
    await here
    await route.continue()
  })
  await box(page, 'In stock only').click()
  await form(page).getByLabel('Sort').selectOption({ label: 'Dearest first' })
  arrive(true)
  await page.waitForURL(/inStock=1.*sort=price-desc/)
  await expect.poll(() => count(page).textContent()).toContain('54 things')
  expect(await box(page, 'In stock only').isChecked()).toBe(true)
})

test('without JavaScript the same filters are a plain form, and what is wrong is said', async () => {
  const page = await browser.open({ width: 360, javaScript: false })
  await page.goto(shelf)
  await form(page).locator('summary', { hasText: 'Filter and sort' }).click()
  await form(page).locator('summary', { hasText: 'Size' }).click()
  await box(page, /^A6/).check()
  await form(page).getByLabel('Sort').selectOption({ label: 'Dearest first' })
  await form(page).getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/size=A6/)
  expect(new URL(page.url()).searchParams.get('sort')).toBe('price-desc')
  expect(await count(page).textContent()).toContain('20 things')
  await tiles(page).first().getByText('£67.00').waitFor()
  await page.goto(`${shelf}&max=cheap`)
  await form(page).locator('summary', { hasText: 'Filter and sort' }).click()
  await form(page).getByRole('alert').filter({ hasText: 'A price in pounds' }).waitFor()
  await page.getByRole('link', { name: 'Remove filter: Up to “cheap”' }).click()
  await page.waitForURL(url => !url.searchParams.has('max'))
})
