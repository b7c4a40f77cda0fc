// Pictures of every page and state, at 360 and 1440 px, light and dark, into screenshots/: to be looked at, one by one.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { everythingLoaded, watchLoading } from '../tests/harness/loading.ts'
import { readSecrets } from './demo/installation.ts'
import { findChromium } from './launch/chromium.ts'
import { projectDir } from './launch/project.ts'
import type { State, Subjects } from './screenshots/moves.ts'
import { states } from './screenshots/states.ts'
import { startShop } from './test/started-shop.ts'

const { values: { url }, positionals: wanted } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true })
const executablePath = findChromium()
if (!executablePath) throw new Error('Pictures need a browser. Install it with: sudo apt-get install -y chromium')
const folder = join(projectDir, 'screenshots')
const chosen = Object.entries(states).filter(([name]) => wanted.length === 0 || wanted.some(part => name.includes(part)))
if (wanted.length === 0) rmSync(folder, { recursive: true, force: true })

const shop = url ? { url, stop: async () => {} } : await startShop('demo')
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const subjects = await findSubjects(shop.url)
  const keys = { shopper: await logIn('shopper'), admin: await logIn('admin') }
  await furnish(keys.shopper)
  for (const width of [360, 1440]) {
    for (const [name, state] of chosen) {
      const context = await browser.newContext({ baseURL: shop.url, viewport: { width, height: width > 640 ? 900 : 740 }, hasTouch: width <= 640, isMobile: width <= 640, locale: 'en-GB', reducedMotion: 'reduce' })
      context.setDefaultTimeout(15_000)
      if (state.as) await context.addCookies(keys[state.as])
      await take(context, name, state, width, subjects).catch(error => console.log(`✗ ${width} ${name}: ${String(error).split('\n')[0]}`))
      await context.close()
    }
  }
  console.log(`${chosen.length} states in ${folder}`)
}
finally {
  await browser.close()
  await shop.stop()
}

async function take(context: BrowserContext, name: string, { open, restless }: State, width: number, subjects: Subjects): Promise<void> {
  watchLoading(context)
  const page = await context.newPage()
  await open(page, subjects)
  if (!restless) await everythingLoaded(page)
  await seePictures(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Colours that change by a transition have done so after a frame or two.
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))))
    const path = join(folder, `${width}-${colorScheme}`, `${name}.png`)
    mkdirSync(join(path, '..'), { recursive: true })
    await page.screenshot({ path, fullPage: true })
  }
}

/** Scrolls once to the end, so that pictures that load when they are seen have been, and waits for those that are drawn at their first view. */
async function seePictures(page: Page): Promise<void> {
  const { pages, height } = await page.evaluate(() => ({ pages: Math.ceil(document.documentElement.scrollHeight / innerHeight), height: innerHeight }))
  for (let index = 1; index < pages; index++) await page.evaluate(top => scrollTo({ top, behavior: 'instant' }), index * height)
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
  // What lies beyond the edge of a gallery is not asked for before somebody swipes.
  await page.waitForFunction(() => [...document.images].every(image => image.complete || !image.currentSrc || !image.checkVisibility()))
  await page.evaluate(() => Promise.allSettled([...document.images].filter(image => image.currentSrc).map(image => image.decode())))
}

async function logIn(who: 'shopper' | 'admin') {
  const secrets = readSecrets()
  const answer = await send('/api/auth/login', { email: secrets[`${who}Email`], password: secrets[`${who}Password`] })
  return answer.cookies
}

async function send(path: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(shop.url + path, { method: 'POST', headers: { 'content-type': 'application/json', 'origin': shop.url, ...headers }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path} was refused: ${answer.status} ${await answer.text()}`)
  const cookies = answer.headers.getSetCookie().map((line) => {
    const [name, value] = line.split(';')[0]!.split('=') as [string, string]
    return { name, value, url: shop.url }
  })
  return { body: await answer.json() as unknown, cookies }
}

/** Gives the demo's shopper something to show: two addresses and two wishes. What is there already stays as it is. */
async function furnish(cookies: Awaited<ReturnType<typeof logIn>>): Promise<void> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const get = async <T>(path: string) => await (await fetch(shop.url + path, { headers: { cookie } })).json() as T
  const { items: addresses } = await get<{ items: unknown[] }>('/api/account/addresses')
  const some = [{ line1: '12 St James’s Square', line2: 'Flat 3, behind the bakery', city: 'London', postcode: 'SW1Y 4JH' }, { line1: '7 Mill Lane', city: 'Leeds', postcode: 'LS1 4AP' }]
  for (const one of addresses.length ? [] : some) await send('/api/account/addresses', { name: 'Ada Byron', country: 'GB', ...one }, { cookie })
  const { items } = await get<{ items: { id: string }[] }>('/api/products?limit=2')
  for (const { id } of items) await send('/api/wishlist/items', { productId: id }, { cookie })
}

/** Looks for what is to be shown, and buys something. */
async function findSubjects(shopUrl: string): Promise<Subjects> {
  interface Product { slug: string, inStock: boolean, variants: { id: string, inStock: boolean }[] }
  const get = async <T>(path: string) => await (await fetch(shopUrl + path)).json() as T
  const { items: mugs } = await get<{ items: Product[] }>('/api/products?category=mugs&limit=100')
  const product = mugs.find(one => one.inStock)!
  const { variants } = await get<Product>(`/api/products/${product.slug}`)
  const variantId = variants.find(variant => variant.inStock)!.id
  const { cookies } = await send('/api/cart/items', { variantId, quantity: 1 })
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const { body: checkout } = await send('/api/checkout', {}, { cookie })
  const { body: order } = await send('/api/orders', {
    checkoutId: (checkout as { id: string }).id, email: 'ada@example.com', address: { name: 'Ada Byron', line1: '12 St James’s Square', city: 'London', postcode: 'SW1Y 4JH', country: 'GB' }, shippingMethod: 'standard', paymentMethod: 'pm_card_visa',
  }, { cookie, 'idempotency-key': `"${crypto.randomUUID()}"` })
  const { id, token } = order as { id: string, token: string }
  const { items: rated } = await get<{ items: { slug: string, rating: { count: number } | null }[] }>('/api/products?limit=100')
  const reviewed = rated.reduce((most, one) => ((one.rating?.count ?? 0) > (most.rating?.count ?? 0) ? one : most))
  return { url: shopUrl, product: `/products/${product.slug}`, variantId, order: `/orders/${id}?token=${token}`, orderId: id, bought: product.slug, reviewed: reviewed.slug }
}
