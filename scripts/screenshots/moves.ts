import type { Page } from 'playwright-core'

/** What the pictures are taken of, found in the catalogue of the running shop. */
export interface Subjects {
  url: string
  /** A product with variants, and the first of them that can be bought. */
  product: string
  variantId: string
  /** An order of a guest, with its key; the shop's own view of it, and a product that it has. */
  order: string
  orderId: string
  bought: string
  /** One that has been reviewed by many. */
  reviewed: string
}

export interface State {
  /** Whose eyes; a guest's unless told. */
  as?: 'shopper' | 'admin'
  /** Something is still being asked for, and that is the picture. */
  restless?: true
  open: (page: Page, subjects: Subjects) => Promise<unknown>
}

export const at = (path: string, as?: State['as']): State => ({ as, open: page => page.goto(path) })

/** Answers what the page asks for under this path in the shop's stead. */
export const refuse = (page: Page, path: string, status: number, code: string, title: string, detail: string) =>
  page.route(path, route => route.fulfill({ status, contentType: 'application/problem+json', headers: { 'retry-after': '30' }, body: JSON.stringify({ type: 'about:blank', title, status, detail, code, traceId: 'shown' }) }))

/** Lets what the shop answers under this path be another state of it. */
export const alter = <T extends object>(page: Page, path: string | RegExp, change: (answer: T) => Partial<T>) =>
  page.route(path, async (route) => {
    const response = await route.fetch()
    const answer = await response.json() as T
    await route.fulfill({ response, json: { ...answer, ...change(answer) } })
  })

/** Goes on within the open page, so that the browser asks for what the server would have rendered, and may be told otherwise. */
export async function goInside(page: Page, path: string): Promise<void> {
  await page.goto('/about')
  await page.waitForFunction(() => '__vue_app__' in document.getElementById('__nuxt')!)
  await page.evaluate(async to => (document.getElementById('__nuxt') as unknown as { __vue_app__: { config: { globalProperties: { $router: { push(to: string): Promise<void> } } } } }).__vue_app__.config.globalProperties.$router.push(to), path)
}

export async function addToBasket(page: Page, { url, variantId }: Subjects): Promise<void> {
  await page.request.post(`${url}/api/cart/items`, { headers: { origin: url }, data: { variantId, quantity: 2 } })
}
