import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { unpackPreview } from '../../server/products/pictures/preview.ts'
import { packedPreviews } from '../../server/products/seed/previews.ts'
import { scenePreviews } from '../../shared/scene-previews.ts'
import { cardKey, coverKey, heroKey } from '../../shared/scenes.ts'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product, somePictures } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { startProcess } from '../harness/one-process.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

/** Adds up the layout shifts from the first one on, with those that follow an input: nobody gives any here. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) shifts.push(entry.value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return () => page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0))
}

test('a button that was tapped looks as before: only a mouse hovers', async () => {
  const page = await browser.open({ width: 360 })
  await page.goto('/cart')
  const button = page.getByRole('link', { name: 'Have a look around' })
  const colour = () => button.evaluate(element => getComputedStyle(element).backgroundColor)
  const before = await colour()
  await button.hover()
  expect(await colour()).toBe(before)
})

describe('while a page comes in', () => {
  // Nothing that comes late may have to make room for itself: a slow line only shows what a quick one hides.
  test.each(['/', '/categories/mugs', '/products/tidewater-mug', '/cart', '/search?q=mug'])('nothing moves on %s on a slow line, narrow or wide, down to its foot', async (path) => {
    for (const width of [360, 1440]) {
      const page = await browser.open({ width })
      const line = await page.context().newCDPSession(page)
      await line.send('Network.enable')
      await line.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 })
      const shifts = await watchShifts(page)
      await page.goto(path)
      await everythingLoaded(page)
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      for (let y = 0; y < height; y += 600) await page.evaluate(to => new Promise((resolve) => {
        window.scrollTo(0, to)
        requestAnimationFrame(() => requestAnimationFrame(resolve))
      }), y)
      await everythingLoaded(page)
      expect(await shifts(), `${path} at ${width}`).toBeLessThan(0.005)
      await page.close()
    }
  })

  test('the faces that every page needs are named in its head, by the addresses of the style sheet, and never swapped in', async () => {
    const html = await (await fetch(shop.url)).text()
    const faces = [...html.matchAll(/<link rel="preload" as="font"[^>]*>/g)].map(([tag]) => tag)
    expect(faces).toHaveLength(2)
    const css = (await Promise.all([...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(async ([, href]) => (await fetch(shop.url + href)).text()))).join('\n')
    for (const tag of faces) {
      expect(tag).toContain('fetchpriority="low"')
      expect(css).toContain(/href="[^"]*\/([^"/]+)"/.exec(tag)![1]!)
    }
    expect(css.match(/font-display:\s*\w+/g)!.every(rule => rule.endsWith('optional'))).toBe(true)
  })

  test('until its pictures are there, a page shows each in a few pixels, and one without those in its tint', async () => {
    const slug = `preview-${crypto.randomUUID().slice(0, 8)}`
    const preview = unpackPreview(Object.values(packedPreviews)[0]!)
    const [known, other] = somePictures(2)
    await addProduct(shop.database, { ...product(slug), pictures: [{ ...known!, preview }, other!] })
    const page = await browser.open({ width: 360, expected: [/ERR_FAILED/] })
    await page.route('**/pictures/**', route => route.abort())
    const backgrounds = async (path: string) => {
      await page.goto(path)
      return page.locator('picture').evaluateAll(all => all.map(box => getComputedStyle(box).backgroundImage))
    }
    const large = (await backgrounds(`/products/${slug}`)).slice(0, 2)
    expect(large).toEqual([`url("${preview}")`, expect.stringContaining('radial-gradient')])
    for (const [path, scene] of [['/', heroKey('tall')], ['/categories/mugs', coverKey('mugs')]] as const) expect((await backgrounds(path))[0]).toBe(`url("${scenePreviews[scene]}")`)
  })

  test.each(['/', '/categories/mugs'])('the first picture of %s is asked for first', async (path) => {
    const html = await (await fetch(shop.url + path)).text()
    const eager = [...html.matchAll(/<img\b[^>]*>/g)].map(([tag]) => tag).filter(tag => !tag.includes('loading="lazy"'))
    expect(eager.length).toBeGreaterThan(0)
    expect(eager[0]).toContain('fetchpriority="high"')
    expect(html).toMatch(/<link[^>]*rel="preload"[^>]*as="image"[^>]*>/)
  })
})

describe('cards for other sites', () => {
  const tag = (html: string, name: string) => new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"`).exec(html)?.[1]

  test.each(['/', '/categories/mugs', '/products/tidewater-mug', '/about'])('%s names one of its own, which is a JPEG of the size it says and may be kept for good', async (path) => {
    const html = await (await fetch(shop.url + path)).text()
    const address = new URL(tag(html, 'og:image')!)
    expect(tag(html, 'og:image:width')).toBe('1200')
    expect(tag(html, 'og:image:height')).toBe('630')
    expect(tag(html, 'og:image:alt')).toBeTruthy()
    expect(tag(html, 'twitter:card')).toBe('summary_large_image')
    const answer = await fetch(shop.url + address.pathname)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({ format: 'jpeg', width: 1200, height: 630 })
    const again = await fetch(shop.url + address.pathname, { headers: { 'if-none-match': answer.headers.get('etag')! } })
    expect(again.status).toBe(304)
  })

  test('an address of an earlier name still answers, for a while; one of nothing does not', async () => {
    const old = await fetch(`${shop.url}/pictures/${cardKey('shelf', { slug: 'mugs', name: 'Its name last year', picture: 'x' })}/card.jpg`)
    expect(old.status).toBe(200)
    expect(old.headers.get('cache-control')).toBe('public, max-age=300')
    for (const key of ['card-thing-not-a-thing-00000000', 'card-shelf-not-a-shelf-00000000', 'card-shop', 'card-thing-tidewater-mug', 'card-shop-0000000g']) {
      expect((await fetch(`${shop.url}/pictures/${key}/card.jpg`)).status, key).toBe(404)
    }
  })
})

describe('when the line is gone', () => {
  test('a page says so, stays where it is, and goes on when the line is back', async () => {
    const page = await browser.open({ width: 360, expected: [/ERR_INTERNET_DISCONNECTED/] })
    await page.goto('/categories/mugs')
    await everythingLoaded(page)
    await page.context().setOffline(true)
    const note = page.getByText('You’re offline.', { exact: false }).locator('visible=true').first()
    await note.waitFor()
    await page.getByRole('list', { name: 'Mugs' }).getByRole('link').first().tap()
    expect(new URL(page.url()).pathname).toBe('/categories/mugs')
    await page.getByRole('button', { name: 'Try again' }).tap()
    await note.waitFor()
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' })
  })
})

describe('on paper', () => {
  test('an order is a document: its lines and sums, and nothing of the shop around it', async () => {
    const buyer = shop.shopper()
    const [variantId] = await addProduct(shop.database, product(`printed-${crypto.randomUUID().slice(0, 8)}`))
    const { body: order } = await buyer.buy(variantId!)
    const page = await browser.open({ dark: true })
    await page.goto(`/orders/${order.id}?token=${order.token}`)
    await page.getByText('Total', { exact: true }).waitFor()
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.locator('header nav, footer, main button').filter({ visible: true }).count()).toBe(0)
    expect(await page.getByText('Total', { exact: true }).isVisible()).toBe(true)
    await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(255, 255, 255)')
  })
})

describe('the page of the design', () => {
  test('shows in a demo every section, in both themes, without scrolling sideways', async () => {
    const page = await browser.open({ width: 360 })
    await page.goto('/design')
    for (const name of ['Colour', 'Type', 'Buttons and links', 'Fields', 'Things on a shelf', 'Basket and order']) await page.getByRole('heading', { level: 2, name, exact: true }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  })

  test('is not there in a shop that is no demo', async () => {
    const live = await startProcess(shop, { APP_ROLE: 'web' })
    try {
      expect((await fetch(`${live.url}/design`)).status).toBe(404)
    }
    finally {
      await live.stop()
    }
  })

  test('brings nothing of its own along to the pages of the shop', async () => {
    const page = await browser.open()
    const bodies: Promise<string>[] = []
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') bodies.push(response.text())
    })
    for (const path of ['/', '/categories/mugs', '/products/tidewater-mug']) {
      await page.goto(path)
      await everythingLoaded(page)
    }
    const scripts = await Promise.all(bodies)
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter(text => text.includes('What it is made of') || text.includes('Analytical Row'))).toEqual([])
  })
})
