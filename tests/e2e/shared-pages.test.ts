import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { until } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

/** Bytes after gzip, for everything that a first visit loads. */
const budgets = { '/': 80_000, '/categories/mugs': 80_000, '/products/tidewater-mug': 80_000 } as const

describe('pages for everybody', () => {
  test.each(['/', '/categories/mugs', '/products/tidewater-mug', '/search?q=mug', '/nowhere'])('%s is the same HTML for a stranger and for a shopper with a full basket', async (path) => {
    const slug = `in-a-basket-${crypto.randomUUID()}`
    const [variantId] = await addProduct(shop.database, product(slug, { category: 'totes' }))
    // Every page counts what is on the shelves: what is compared must be of one state.
    await until(async () => (await fetch(`${shop.url}/api/products?category=totes&limit=100`)).text(), text => text.includes(slug))
    const shopper = shop.shopper()
    await shopper.request('POST', '/api/auth/register', { email: `secret-${crypto.randomUUID()}@example.com`, password: 'correct horse battery', name: 'Nobody Elses Business' })
    await shopper.add(variantId!)
    const read = async (cookie?: string) => {
      const response = await fetch(shop.url + path, { headers: { ...(cookie && { cookie }), accept: 'text/html' } })
      return { text: await response.text(), setsCookie: response.headers.getSetCookie() }
    }
    await read()
    // What other tests have left to the worker may change a page in between: then it is looked at again.
    const { stranger, known } = await until(async () => ({ stranger: await read(), known: await read(shopper.cookie), after: await read() }), ({ stranger, after }) => stranger.text === after.text)
    expect(shopper.cookie).not.toBe('')
    expect(known.text).toBe(stranger.text)
    expect(known.text).not.toContain('Nobody Elses Business')
    expect(stranger.setsCookie).toEqual([])
  })

  test.each(Object.entries(budgets))('%s needs at most %i bytes of compressed JavaScript', async (path, budgetBytes) => {
    const page = await browser.open()
    const scripts = new Map<string, Promise<Buffer>>()
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script' || /\.m?js(?:\?|$)/.test(response.url())) scripts.set(response.url(), response.body())
    })
    await page.goto(path)
    await everythingLoaded(page)
    const sizes = await Promise.all([...scripts].map(async ([url, body]) => [new URL(url).pathname, gzipSync(await body, { level: 9 }).length] as const))
    expect(sizes.length).toBeGreaterThan(0)
    const totalBytes = sizes.reduce((sum, [, size]) => sum + size, 0)
    expect(totalBytes, JSON.stringify(Object.fromEntries(sizes))).toBeLessThanOrEqual(budgetBytes)
  })

  test.each(['/nowhere', '/products/not-a-thing', '/categories/not-a-shelf', '/orders/00000000-0000-4000-8000-000000000000'])('%s is answered 404, with a search and shelves to go on with', async (path) => {
    const page = await browser.open({ width: 360, expected: [/ 404 /] })
    const response = await page.goto(path)
    expect(response?.status()).toBe(404)
    await page.getByRole('heading', { level: 1, name: 'This page is a blank sheet.' }).waitFor()
    await page.getByRole('navigation', { name: 'Or start here' }).getByRole('link', { name: 'Prints' }).waitFor()
    await page.getByRole('main').getByLabel('Search the shop').fill('tidewater')
    await page.getByRole('main').getByRole('button', { name: 'Search' }).tap()
    await page.getByRole('list', { name: 'Results' }).getByRole('link', { name: 'Tidewater Mug' }).waitFor()
  })
})
