import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { findChromium } from '../../scripts/launch/chromium.ts'
import { watchLoading } from './loading.ts'
import { hydrated } from './shop-pages.ts'

interface Look {
  /** 1440 unless told; at 640 and below the screen takes touches. */
  width?: number
  height?: number
  javaScript?: boolean
  dark?: boolean
  /** Complaints that belong to the test, such as the browser's own line about a declined payment's 402. */
  expected?: RegExp[]
}

function chromiumPath(): string {
  const found = findChromium()
  if (!found) throw new Error('There is no Chromium. Install it with: sudo apt-get install -y chromium-headless-shell')
  return found
}

const quiet = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/**
 * One browser for a file. Each page that it opens is a visitor of its own, and what the page complains of fails the test:
 * console errors, uncaught errors, failed requests, and requests to anyone but the shop.
 */
export function testBrowser(shopUrl: () => string): { open(look?: Look): Promise<Page> } {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  })
  afterAll(() => browser?.close())
  return {
    async open({ width = 1440, height = width > 640 ? 900 : 740, javaScript = true, dark = false, expected = [] } = {}) {
      const context = await browser.newContext({
        baseURL: shopUrl(),
        viewport: { width, height },
        hasTouch: width <= 640,
        isMobile: width <= 640,
        javaScriptEnabled: javaScript,
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        locale: 'en-GB',
      })
      const complaints = listen(context, shopUrl(), javaScript)
      watchLoading(context)
      if (javaScript) context.on('page', arriveHydrated)
      onTestFinished(async () => {
        // A request that a test answers itself may still be under way; that it ends with its page is no error.
        for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' })
        await context.close()
        expect(complaints.filter(line => !expected.some(pattern => pattern.test(line)))).toEqual([])
      })
      return context.newPage()
    },
  }
}

/** Who opens a page finds its code there, unless they look before it can be (`waitUntil: 'commit'`). */
function arriveHydrated(page: Page) {
  const goto = page.goto.bind(page)
  page.goto = async (url, options) => {
    const answer = await goto(url, options)
    if (options?.waitUntil !== 'commit' && await page.locator('#__nuxt').count() > 0) await hydrated(page)
    return answer
  }
}

function listen(context: BrowserContext, shopUrl: string, javaScript: boolean): string[] {
  const complaints: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', error => complaints.push(`uncaught: ${error.error().stack ?? error.error().message}`))
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== shopUrl) complaints.push(`asked outside the shop: ${request.url()}`)
  })
  context.on('requestfailed', (request) => {
    // Leaving a page ends what it still loads, and the stream of its order. Scripts that are switched off count as refused by policy.
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED' && (javaScript || reason !== 'csp')) complaints.push(`failed: ${request.url()} ${reason}`)
  })
  return complaints
}

/** How far the page can be scrolled sideways, in CSS pixels; 0 is right. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
