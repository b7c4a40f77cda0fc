import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product, somePictures } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { drawer, enterAs, field, findInQueue, holdCode, hydrated, pickOption } from '../harness/shop-pages.ts'
import { until } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
/** The framework alone is 56 kB of it. */
const budgetBytes = 80_000

/** A tee in two colours and two sizes, of which Kelp in M is sold out. */
async function tee() {
  const slug = unique('tee')
  const variant = (Colour: string, Size: string, stock: number) => ({ sku: `${slug}-${Colour}-${Size}`.toUpperCase(), options: { Colour, Size }, priceMinor: 3200, compareAtMinor: null, stock })
  await addProduct(shop.database, {
    ...product(slug, { name: 'Several Tee', category: 'tees' }),
    pictures: somePictures(3),
    options: [{ name: 'Colour', values: ['Salt', 'Kelp'] }, { name: 'Size', values: ['S', 'M'] }],
    variants: [variant('Salt', 'S', 9), variant('Salt', 'M', 3), variant('Kelp', 'S', 1), variant('Kelp', 'M', 0)],
  })
  return slug
}

async function open(path: string, look: Parameters<typeof browser.open>[0]): Promise<Page> {
  const page = await browser.open(look)
  await page.goto(path)
  await everythingLoaded(page)
  return page
}
const checked = (page: Page) => page.locator('input[type=radio]:checked').evaluateAll(inputs => inputs.map(input => (input as HTMLInputElement).value))

/** Goes on with Tab until the focus is where it should be. */
async function tabTo(page: Page, fits: string): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(selector => document.activeElement?.matches(selector), fits)) return
  }
  throw new Error(`no way by Tab to ${fits}`)
}

describe('a product on a phone', () => {
  test('is swiped through, looked at closely and kept for later; nothing scrolls sideways', async () => {
    const slug = await tee()
    const page = await open(`/products/${slug}`, { width: 360 })
    const gallery = page.getByRole('region', { name: /^Pictures of/ })
    const current = () => gallery.locator('[aria-current="true"]').getAttribute('aria-label')
    const strip = gallery.getByRole('group', { name: 'Pictures, scroll sideways' })
    const box = (await strip.boundingBox())!
    // A finger's way, as the browser itself scrolls and snaps it.
    const fingers = await page.context().newCDPSession(page)
    const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number) => fingers.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y: box.y + 100 }] })
    await finger('touchStart', box.x + 320)
    for (let x = 300; x >= 20; x -= 20) await finger('touchMove', box.x + x)
    await finger('touchEnd', 0)
    await expect.poll(current).toContain('Picture 2')

    await gallery.getByRole('link', { name: 'Look closer' }).nth(1).tap()
    const zoom = page.getByRole('dialog', { name: 'A closer look at Several Tee' })
    await zoom.getByText('2 / 3').waitFor()
    await zoom.getByRole('button', { name: 'Closer', exact: true }).tap()
    const pane = zoom.getByRole('group', { name: /^The picture/ })
    await expect.poll(() => pane.evaluate(one => one.scrollWidth > one.clientWidth + 200)).toBe(true)
    expect(await page.evaluate(() => document.querySelector('meta[name=viewport]')?.getAttribute('content'))).not.toMatch(/user-scalable|maximum-scale/)
    await zoom.getByRole('button', { name: 'The next picture' }).tap()
    await zoom.getByText('3 / 3').waitFor()
    await zoom.getByRole('status').filter({ hasText: 'Picture 3 of 3' }).waitFor({ state: 'attached' })
    await zoom.getByRole('button', { name: 'Close the closer look' }).tap()
    await zoom.waitFor({ state: 'detached' })
    await expect.poll(current).toContain('Picture 3')

    const heart = page.getByRole('button', { name: 'Several Tee: keep on the wishlist' }).first()
    await heart.tap()
    await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('status').filter({ hasText: 'Several Tee is on your wishlist.' }).waitFor({ state: 'attached' })
    expect(await sidewaysScroll(page)).toBe(0)
    await page.reload()
    await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('true')

    await page.goto('/wishlist')
    await page.getByRole('button', { name: 'Remove Several Tee' }).tap()
    await page.getByText('Nothing yet.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).tap()
    expect(await sidewaysScroll(page)).toBe(0)
    await page.getByRole('button', { name: 'Move to the basket: Several Tee' }).tap()
    await drawer(page).getByRole('button', { name: 'Remove Several Tee' }).waitFor()
    await page.getByText('Nothing yet.').waitFor({ state: 'attached' })
  })

  test('is reviewed by a guest who follows the link of the order; after moderation everybody reads it, and finds it helpful', async () => {
    const slug = unique('reviewed')
    const name = unique('Reviewed Mug')
    const [variantId] = await addProduct(shop.database, product(slug, { name }))
    const { body: order } = await shop.shopper().buy(variantId!)
    await shop.settled()
    const page = await open(`/orders/${order.id}?token=${order.token}`, { width: 360, expected: [/ 422 /] })
    await page.getByRole('link', { name: `Review ${name}` }).tap()
    await page.getByRole('heading', { name: 'Well, how is it?' }).waitFor()
    await page.getByRole('button', { name: 'Send the review' }).tap()
    const alert = page.getByRole('alert')
    await alert.getByText('4 things need another look').waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    await page.locator('label', { has: page.getByRole('radio', { name: /^2 stars/ }) }).tap()
    await field(page, 'Headline').fill('It is a mug')
    await field(page, 'In your words').fill('It does what <b>mugs</b> do.')
    await field(page, 'Name to show').fill('Gareth')
    await page.getByRole('button', { name: 'Send the review' }).tap()
    await page.getByText('Thank you. Somebody here reads it').waitFor()
    await shop.settled()

    const admin = await shop.admin()
    const desk = await browser.open({ width: 360 })
    await enterAs(desk, admin)
    await desk.goto('/admin/reviews')
    const item = desk.getByRole('listitem').filter({ hasText: name })
    await findInQueue(desk, item)
    await item.getByRole('button', { name: 'Publish: It is a mug' }).tap()
    await item.waitFor({ state: 'detached' })
    expect(await sidewaysScroll(desk)).toBe(0)

    await until(async () => (await fetch(`${shop.url}/products/${slug}`)).text(), html => html.includes('It is a mug'))
    const reader = await open(`/products/${slug}`, { width: 360 })
    await reader.getByRole('link', { name: '2 of 5 stars, 1 review' }).tap()
    const review = reader.getByRole('article').filter({ hasText: 'It does what <b>mugs</b> do.' })
    await everythingLoaded(reader)
    await review.getByRole('button', { name: 'Helpful: It is a mug' }).tap()
    await review.getByText('1 person says so').waitFor()
    await review.getByRole('button', { name: 'Helpful: It is a mug', pressed: true }).waitFor()
    expect(await sidewaysScroll(reader)).toBe(0)
  })
})

describe('a product by keyboard alone', () => {
  test('a choice never changes another: what is sold out stays chosen, says so, and names the nearest; the address keeps it', async () => {
    const slug = await tee()
    const page = await open(`/products/${slug}`, { width: 1440 })
    await tabTo(page, 'input[name="option-Colour"]')
    await page.keyboard.press('ArrowRight')
    await page.getByText('The last one').first().waitFor()
    await tabTo(page, 'input[name="option-Size"]')
    await page.keyboard.press('ArrowRight')
    expect(await checked(page)).toEqual(['Kelp', 'M'])
    await page.getByText('This one is gone. The nearest that we have:').waitFor()
    await expect.poll(() => page.url()).toContain(`variant=${slug.toUpperCase()}-KELP-M`)
    await page.reload()
    await expect.poll(() => checked(page)).toEqual(['Kelp', 'M'])
    expect(await page.getByRole('button', { name: 'Sold out' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Salt, M' }).press('Enter')
    await expect.poll(() => checked(page)).toEqual(['Salt', 'M'])
    await page.getByText('Only 3 left').first().waitFor()
    await pickOption(page, 'Kelp')
    expect(await checked(page)).toEqual(['Kelp', 'M'])
  })

  test('a choice leaves the page where it is, also when the address loses the part that it led to', async () => {
    const slug = await tee()
    const page = await browser.open({ height: 500 })
    await page.goto(`/products/${slug}#main`)
    await hydrated(page)
    await page.locator('input[type=radio][value=M]').focus()
    await page.evaluate(() => scrollBy(0, 60))
    const before = await page.evaluate(() => Math.round(scrollY))
    expect(before).toBeGreaterThan(0)
    await page.evaluate(() => document.querySelector<HTMLElement>('input[type=radio][value=M]')!.click())
    await expect.poll(() => page.url()).toContain('variant=')
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect(await page.evaluate(() => Math.round(scrollY))).toBe(before)
  })

  test('the closer look opens, turns, comes closer, and gives the focus back', async () => {
    const slug = await tee()
    const page = await open(`/products/${slug}`, { width: 1440 })
    await tabTo(page, '[aria-label="Pictures, scroll sideways"]')
    await page.keyboard.press('ArrowRight')
    const gallery = page.getByRole('region', { name: /^Pictures of/ })
    await expect.poll(() => gallery.locator('[aria-current="true"]').getAttribute('aria-label')).toContain('Picture 2')
    await tabTo(page, 'a[href^="/pictures/"]')
    await page.keyboard.press('Enter')
    const zoom = page.getByRole('dialog', { name: /^A closer look/ })
    await zoom.getByText('2 / 3').waitFor()
    await page.keyboard.press('ArrowLeft')
    await zoom.getByText('1 / 3').waitFor()
    await page.keyboard.press('+')
    const pane = zoom.getByRole('group', { name: /^The picture/ })
    await expect.poll(() => pane.evaluate(one => one.scrollTop)).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await zoom.waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.matches('a[href^="/pictures/"]'))).toBe(true)
  })

  test('a link is copied with its variant and that is said; where there is a sheet for it, the sheet gets it', async () => {
    const slug = await tee()
    const page = await browser.open({ width: 1440 })
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.addInitScript(() => Object.defineProperty(navigator, 'share', { value: undefined, configurable: true }))
    await page.goto(`/products/${slug}?variant=${slug.toUpperCase()}-SALT-M`)
    await page.getByRole('button', { name: 'Share' }).press('Enter')
    await page.getByRole('status').filter({ hasText: 'The link is copied.' }).waitFor({ state: 'attached' })
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${shop.url}/products/${slug}?variant=${slug.toUpperCase()}-SALT-M`)
    await page.evaluate(() => Object.defineProperty(navigator, 'share', { value: async (data: object) => Object.assign(window, { shared: data }), configurable: true }))
    await page.getByRole('button', { name: 'Share' }).press('Enter')
    await expect.poll(() => page.evaluate(() => (window as unknown as { shared?: { url: string } }).shared?.url)).toContain('variant=')
  })

  test('what was looked at stands below the next thing, comes from the browser alone, and is forgotten on request', async () => {
    const [first, second] = [await tee(), await tee()]
    const page = await open(`/products/${first}`, { width: 1440 })
    const asked: string[] = []
    page.on('request', request => asked.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.goto(`/products/${second}`)
    await page.getByRole('contentinfo').scrollIntoViewIfNeeded()
    const list = page.getByRole('list', { name: 'Recently viewed' })
    await list.getByRole('link', { name: 'Several Tee' }).waitFor()
    expect(await list.getByRole('link').getAttribute('href')).toBe(`/products/${first}`)
    expect(asked.filter(one => one.includes(first))).toEqual([])
    await page.getByRole('button', { name: 'Forget these' }).press('Enter')
    await list.waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('div')
    expect(await page.evaluate(() => localStorage.getItem('recently-viewed'))).toBe('[]')
  })
})

describe('a product whose code is still on its way', () => {
  async function chosenEarly() {
    const slug = await tee()
    const page = await browser.open({ width: 360 })
    const arrive = await holdCode(page)
    await page.goto(`/products/${slug}`, { waitUntil: 'commit' })
    await pickOption(page, 'M')
    return { page, arrive }
  }

  test('keeps the choice, and its button adds that one', async () => {
    const { page, arrive } = await chosenEarly()
    arrive()
    await hydrated(page)
    await page.getByText('Only 3 left').first().waitFor()
    expect(await checked(page)).toEqual(['Salt', 'M'])
    await page.getByRole('button', { name: 'Add to basket' }).tap()
    await drawer(page).getByText('M, Salt').waitFor()
  })

  test('adds what was chosen as a plain form, too', async () => {
    const { page, arrive } = await chosenEarly()
    await page.getByRole('button', { name: 'Add to basket' }).tap()
    await page.waitForURL('**/cart', { waitUntil: 'commit' })
    await page.getByRole('listitem').filter({ hasText: 'Several Tee' }).getByText('M, Salt').waitFor()
    arrive()
  })

  test('keeps the stars of its review', async () => {
    const slug = unique('starred')
    const [variantId] = await addProduct(shop.database, product(slug))
    const { body: order } = await shop.shopper().buy(variantId!)
    const page = await browser.open({ width: 360 })
    const arrive = await holdCode(page)
    await page.goto(`/write-review/${slug}?order=${order.id}&token=${order.token}`, { waitUntil: 'commit' })
    const four = page.getByRole('radio', { name: /^4 stars/ })
    await page.locator('label', { has: four }).tap()
    await field(page, 'In your words').fill('Early but sure.')
    arrive()
    await hydrated(page)
    expect(await four.isChecked()).toBe(true)
    expect(await field(page, 'In your words').inputValue()).toBe('Early but sure.')
  })

  test('keeps which one of a wish is to be moved to the basket', async () => {
    const page = await open(`/products/${await tee()}`, { width: 360 })
    await page.getByRole('button', { name: 'Several Tee: keep on the wishlist' }).first().tap()
    await page.getByRole('status').filter({ hasText: 'Several Tee is on your wishlist.' }).waitFor({ state: 'attached' })
    const arrive = await holdCode(page)
    await page.goto('/wishlist', { waitUntil: 'commit' })
    await page.getByRole('combobox', { name: 'Which Several Tee' }).selectOption({ label: 'M, Salt, £32.00' })
    arrive()
    await hydrated(page)
    await page.getByRole('button', { name: 'Move to the basket: Several Tee' }).tap()
    await drawer(page).getByText('M, Salt').waitFor()
  })
})

test('without JavaScript a review is written and found helpful, and a wish kept, moved and removed', async () => {
  const slug = unique('plain')
  const [variantId] = await addProduct(shop.database, product(slug, { name: 'Plain Mug' }))
  const { body: order } = await shop.shopper().buy(variantId!)
  await shop.settled()
  const page = await browser.open({ javaScript: false })
  await page.goto(`/write-review/${slug}?order=${order.id}&token=${order.token}`)
  await page.locator('label', { has: page.getByRole('radio', { name: /^5 stars/ }) }).click()
  await field(page, 'Headline').fill('Plain and good')
  await field(page, 'In your words').fill('Like this form.')
  await field(page, 'Name to show').fill('Ines')
  await page.getByRole('button', { name: 'Send the review' }).click()
  await page.getByText('Thank you. Somebody here reads it').waitFor()
  const admin = await shop.admin()
  await shop.settled()
  const { body: { items } } = await admin.get<{ items: { id: string, product: { slug: string } }[] }>('/api/admin/reviews?status=pending&limit=100')
  await admin.request('POST', `/api/admin/reviews/${items.find(item => item.product.slug === slug)!.id}/publish`, { revision: 1 })
  await until(async () => (await fetch(`${shop.url}/products/${slug}`)).text(), html => html.includes('Plain and good'))

  await page.goto(`/products/${slug}`)
  await page.getByRole('button', { name: 'Helpful: Plain and good' }).click()
  await page.waitForURL(/\/reviews\//)
  await page.goto(`/products/${slug}`)
  await page.getByRole('button', { name: 'Plain Mug: keep on the wishlist' }).click()
  await page.waitForURL('**/wishlist')
  await page.getByRole('button', { name: 'Move to the basket: Plain Mug' }).click()
  await page.waitForURL('**/cart')
  await page.getByRole('link', { name: 'Plain Mug' }).first().waitFor()
})

test('a product page needs at most 80 kB of compressed JavaScript, reviews, hearts and all', async () => {
  const page = await browser.open()
  const scripts = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(response.url(), response.body())
  })
  await page.goto(`/products/${await tee()}`)
  await everythingLoaded(page)
  const sizes = await Promise.all([...scripts].map(async ([url, body]) => [new URL(url).pathname, gzipSync(await body, { level: 9 }).length] as const))
  const totalBytes = sizes.reduce((sum, [, size]) => sum + size, 0)
  expect(totalBytes, JSON.stringify(Object.fromEntries(sizes))).toBeLessThanOrEqual(budgetBytes)
})
