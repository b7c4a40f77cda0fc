import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdminProduct } from '../../shared/schemas/admin-products.ts'
import { axeFindings } from '../harness/axe.ts'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { enterAs, field } from '../harness/shop-pages.ts'
import type { TestShopper } from '../harness/shopper.ts'
import { photograph } from '../harness/upload.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
let admin: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
})
afterAll(shop.close)

async function openAsAdmin(path: string, look: Parameters<typeof browser.open>[0]): Promise<Page> {
  const page = await browser.open(look)
  await enterAs(page, admin)
  await page.goto(path)
  return page
}
async function aProduct() {
  const slug = `office-${crypto.randomUUID().slice(0, 8)}`
  await addProduct(shop.database, product(slug, { name: `Office ${slug.slice(-8)}`, colours: ['Salt', 'Kelp'], stock: 5 }))
  return slug
}
async function view(slug: string) {
  await shop.settled()
  return (await admin.get<AdminProduct>(`/api/admin/products/${slug}`)).body
}

describe.each([360, 1440])('the back office at %i px', (width) => {
  /** A finger where there is one, else the keyboard. */
  const press = (page: Page, name: string | RegExp) => {
    const button = page.getByRole('button', { name, exact: typeof name === 'string' })
    return width < 640 ? button.tap() : button.press('Enter')
  }

  test('a product is found, edited, taken off sale and put back', async () => {
    const slug = await aProduct()
    const page = await openAsAdmin('/admin/products', { width, expected: [/ 422 /] })
    await page.getByRole('searchbox', { name: 'Find a product' }).fill(slug)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: `Office ${slug.slice(-8)}` }).click()
    await page.getByRole('heading', { level: 1, name: /^Office/ }).waitFor()
    await field(page, 'Price, £').first().fill('nothing')
    await press(page, 'Save')
    await page.getByRole('alert').getByText('A price such as 12.50').waitFor()
    expect(await page.locator('#field-price-0').getAttribute('aria-invalid')).toBe('true')
    await field(page, 'Price, £').first().fill('19.50')
    await field(page, 'Name').fill('A new name')
    await page.getByText('Not saved yet').waitFor()
    await press(page, 'Save')
    await page.getByText('All saved').waitFor()
    expect(await view(slug)).toMatchObject({ name: 'A new name', version: 1, variants: [{ priceMinor: 1_950 }, { priceMinor: 1_800 }] })
    await press(page, 'Take it off sale')
    await page.getByText('A draft', { exact: true }).waitFor()
    expect((await view(slug)).published).toBe(false)
    await press(page, 'Put it on sale')
    await page.getByRole('link', { name: 'See it in the shop' }).waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
  })

  test('what somebody else saved meanwhile is shown, and what was typed stays until one decides', async () => {
    const slug = await aProduct()
    const page = await openAsAdmin(`/admin/products/${slug}`, { width, expected: [/ 409 /] })
    await field(page, 'Name').fill('Mine')
    const { version, name: _, category, description, attributes, tags, variants } = await view(slug)
    await admin.request('PATCH', `/api/admin/products/${slug}`, { version, slug, name: 'Theirs', category, description, attributes, tags, variants: variants.map(one => ({ id: one.variantId, priceMinor: one.priceMinor, compareAtMinor: null })) })
    await press(page, 'Save')
    const alert = page.getByRole('alert').filter({ hasText: 'They saved' })
    await alert.getByText('Theirs', { exact: true }).waitFor()
    expect(await field(page, 'Name').inputValue()).toBe('Mine')
    await press(page, 'Save mine over it')
    await page.getByText('All saved').waitFor()
    expect(await view(slug)).toMatchObject({ name: 'Mine', version: 2 })
  })

  test('stock is corrected with a reason', async () => {
    const slug = await aProduct()
    const page = await openAsAdmin(`/admin/products/${slug}`, { width, expected: [/ 409 /, / 422 /] })
    await press(page, 'Correct Kelp')
    await field(page, 'By').fill('-9')
    await press(page, 'Book it')
    await page.getByRole('alert').getByText('Why? It goes into the books').waitFor()
    await field(page, 'Why?').fill('a box fell')
    await press(page, 'Book it')
    await page.getByRole('alert').getByText('Only 5 on hand').waitFor()
    await field(page, 'By').fill('-2')
    await press(page, 'Book it')
    await page.getByText('3 on hand', { exact: true }).waitFor()
    expect((await view(slug)).variants.map(one => one.onHand)).toEqual([5, 3])
  })

  test('a picture is uploaded with its progress told from the first byte to the shop', async () => {
    const slug = await aProduct()
    const page = await openAsAdmin(`/admin/products/${slug}`, { width, expected: [/ 415 /] })
    const file = page.getByLabel('A picture')
    await press(page, 'Upload')
    await page.getByRole('alert').getByText('Choose a picture').waitFor()
    await file.setInputFiles({ name: 'evil.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'.repeat(9)) })
    await page.locator('#field-alt').fill('A mug, from above')
    await press(page, 'Upload')
    await page.getByRole('alert').getByText('That is no picture').waitFor()
    expect(await page.locator('#field-alt').inputValue()).toBe('A mug, from above')

    await page.evaluate(() => {
      const seen = new Set<string>()
      Object.assign(window, { seen })
      new MutationObserver(() => {
        for (const line of document.querySelectorAll('[aria-label="Uploads"] p')) seen.add(line.textContent!.trim())
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    const line = await page.context().newCDPSession(page)
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 150_000 })
    const noise = Buffer.concat([await photograph({ width: 1_200, height: 1_200 }), Buffer.alloc(300_000)])
    await file.setInputFiles({ name: 'mug.jpg', mimeType: 'image/jpeg', buffer: noise })
    await press(page, 'Upload')
    await page.getByText('Done', { exact: true }).waitFor()
    const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])
    expect(seen.some(words => /^Uploading, [1-9]\d? %$/.test(words)), seen.join('; ')).toBe(true)
    expect(seen.some(words => /^Making sizes, \d+ of 12$|^Waiting for the worker$/.test(words)), seen.join('; ')).toBe(true)
    const [picture] = (await view(slug)).shelf.pictures
    expect(picture).toMatchObject({ alt: 'A mug, from above' })
    await page.goto(`/products/${slug}`)
    await page.locator(`img[src*="${picture!.key}"]`).first().waitFor()
  })

  test('axe finds nothing on the list, a product and a new one, light or dark', async () => {
    const slug = await aProduct()
    const found: string[] = []
    const page = await openAsAdmin('/admin/products', { width })
    for (const path of ['/admin/products', '/admin/products/new', `/admin/products/${slug}`]) {
      await page.goto(path)
      if (path.endsWith(slug)) await press(page, 'Correct Kelp')
      expect(await sidewaysScroll(page)).toBe(0)
      found.push(...(await axeFindings(page)).map(line => `${path} ${line}`))
    }
    expect(found).toEqual([])
  })
})
