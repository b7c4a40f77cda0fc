import type { BrowserContext, Page, Request } from 'playwright-core'
import { until } from './shopper.ts'

/** What a page needs in order to be whole. The stream of an order's news stays open as long as its page, so it is not among them. */
const needed = new Set(['script', 'stylesheet', 'image', 'font', 'fetch', 'xhr'])
const underWay = new WeakMap<Page, Set<Request>>()

function requestsOf(page: Page): Set<Request> {
  const requests = underWay.get(page) ?? new Set()
  underWay.set(page, requests)
  return requests
}

/** Begins to count what the pages of this context are loading. */
export function watchLoading(context: BrowserContext): void {
  const ended = (request: Request) => {
    if (needed.has(request.resourceType())) requestsOf(request.frame().page()).delete(request)
  }
  context.on('request', request => needed.has(request.resourceType()) && requestsOf(request.frame().page()).add(request))
  context.on('requestfinished', ended)
  context.on('requestfailed', ended)
}

/**
 * Waits until everything that the page asks for by itself has come and has been put to use: code, styles, faces, pictures in
 * view and answers. Code that comes may ask for more, in the browser's idle moments: so the page is whole when two of these
 * have passed and nothing is under way.
 */
export async function everythingLoaded(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await until(async () => {
    await page.evaluate(async () => {
      await document.fonts.ready
      for (let idle = 0; idle < 2; idle++) await new Promise(resolve => requestIdleCallback(resolve, { timeout: 2_000 }))
    })
    return [...requestsOf(page)].map(request => request.url())
  }, loading => loading.length === 0, { withinMs: 30_000, everyMs: 20 })
}
