// What shoppers do on the shop's pages, found by what they see: roles and labels.
import type { Locator, Page } from 'playwright-core'
import { anAddress, type TestShopper } from './shopper.ts'

export const cards = { works: '4242 4242 4242 4242', declined: '4000 0000 0000 0002' } as const

export const drawer = (page: Page): Locator => page.getByRole('dialog', { name: /^Your basket/ })
export const field = (page: Page, name: string): Locator => page.getByRole('textbox', { name, exact: true })
/** As long as it says "Paying …", a click on it is none. */
export const payButton = (page: Page): Locator => page.getByRole('button', { name: /^(Pay(?:$| )|Try again in)/ })

/** Waits until the page's code has taken over from the plain forms and links that it begins with, which do the same by other ways. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const shop = (window as { useNuxtApp?: () => { isHydrating?: boolean } }).useNuxtApp?.()
    // The header comes in an idle moment after the page. Vue notes at an element, under a symbol, that it listens to it.
    const basket = document.querySelector('header a[href="/cart"][aria-label]')
    return shop?.isHydrating === false && (!basket || Object.getOwnPropertySymbols(basket).length > 0)
  })
}

/** Holds the code of the pages back that are opened from now on, so that only their HTML is there. @returns lets it come */
export async function holdCode(page: Page): Promise<() => void> {
  const { promise: here, resolve } = Promise.withResolvers<true>()
  await page.route('**/_nuxt/*.js', async (route) => {
    await here
    await route.continue()
  })
  return () => resolve(true)
}

/** Picks one value of a product's option. */
export async function pickOption(page: Page, value: string): Promise<void> {
  await page.locator('label', { has: page.getByRole('radio', { name: value }) }).click()
}

/** Opens a product, puts one into the basket and waits for the drawer. */
export async function addToBasket(page: Page, slug: string): Promise<void> {
  await page.goto(`/products/${slug}`)
  await page.getByRole('button', { name: 'Add to basket' }).click()
  await drawer(page).waitFor()
}

/** The steps of the checkout; the one that is open is marked as such. */
export const openStep = (page: Page, title: string): Locator => page.getByRole('heading', { name: title }).and(page.locator('[aria-current="step"]'))

/** Fills the first step of the checkout, once the stock is held, and goes on to the second. */
export async function fillDetails(page: Page, email: string): Promise<void> {
  await page.getByRole('timer').or(page.getByRole('alert').filter({ hasText: 'Time’s up' })).waitFor()
  await field(page, 'E-mail').fill(email)
  await field(page, 'Name').fill(anAddress.name)
  await field(page, 'Street and number').fill(anAddress.line1)
  await field(page, 'City').fill(anAddress.city)
  await field(page, 'Postcode').fill(anAddress.postcode)
  await page.getByRole('button', { name: 'Go on to delivery' }).click()
  await openStep(page, 'How it gets there').waitFor()
}

/** Leaves the second step for the third. */
export async function chooseDelivery(page: Page, name = 'Standard'): Promise<void> {
  await page.getByRole('radio', { name }).check()
  await page.getByRole('button', { name: 'Go on to the card' }).click()
  await openStep(page, 'Card').waitFor()
}

export async function fillCard(page: Page, number: string): Promise<void> {
  await field(page, 'Card number').fill(number)
  await field(page, 'Expiry').fill('04/34')
  await field(page, 'Security code').fill('123')
}

/** From a product to a filled checkout; the Pay button is left to the caller. */
export async function goToPayment(page: Page, slug: string, { email = 'ada@example.com', card = cards.works as string, delivery = 'Standard' } = {}): Promise<void> {
  await addToBasket(page, slug)
  await drawer(page).getByRole('link', { name: 'Check out' }).click()
  await fillDetails(page, email)
  await chooseDelivery(page, delivery)
  await fillCard(page, card)
}

/** Waits for the order's page. @returns the order's id */
export async function arriveAtOrder(page: Page): Promise<string> {
  await page.waitForURL(/\/orders\/[^/?]+/)
  return /\/orders\/([^/?]+)/.exec(page.url())![1]!
}

/** Waits for a row of one of the desk's queues, oldest first, where other rows may have come before it: then it is on a later page. */
export async function findInQueue(page: Page, row: Locator): Promise<void> {
  const later = page.getByRole('link', { name: 'Later ones' })
  await row.or(later).first().waitFor()
  while (await row.count() === 0 && await later.count() > 0) await page.goto((await later.getAttribute('href'))!)
  await row.waitFor()
}

/** Gives the page the session of a shopper who logged in, or filled a basket, through the API. */
export async function enterAs(page: Page, { cookie, baseUrl }: TestShopper): Promise<void> {
  const [name, value] = cookie.split('=') as [string, string]
  await page.context().addCookies([{ name, value, url: baseUrl }])
}

export async function register(page: Page, { name = 'Ada Byron', email, password }: { name?: string, email: string, password: string }): Promise<void> {
  await page.goto('/register')
  await field(page, 'Name').fill(name)
  await field(page, 'E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.waitForURL('**/account')
}
