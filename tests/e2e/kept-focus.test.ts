// A control that goes away when it is used hands the focus on: who uses a keyboard does not start at the top of the page again.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { enterAs, hydrated } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const focused = (page: Page) => page.evaluate(() => `${document.activeElement?.localName} ${document.activeElement?.textContent?.trim().slice(0, 40)}`)

async function openOrder(status: 'fulfilling' | 'delivered') {
  const [variantId] = await addProduct(shop.database, product(unique('focused')))
  const one = shop.shopper()
  const { body: order } = await one.buy(variantId!)
  await shop.untilStatus(one, order.id, status)
  const page = await browser.open()
  await page.goto(`/orders/${order.id}?token=${order.token}`)
  await hydrated(page)
  return page
}

describe('on the page of an order', () => {
  test('cancelling goes on to what it has come to', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const page = await openOrder('fulfilling')
    await page.getByText('Cancel this order').press('Enter')
    await page.getByRole('button', { name: 'Yes, cancel it' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: /Cancelled|Refunded/ }).waitFor()
    await expect.poll(() => focused(page)).toMatch(/^main /)
  })

  test('the form for sending back takes the focus, and gives it back', async () => {
    const page = await openOrder('delivered')
    const opener = page.getByRole('button', { name: 'Send something back' })
    await opener.press('Enter')
    await expect.poll(() => focused(page)).toMatch(/^select /)
    await page.getByRole('button', { name: 'Keep everything' }).press('Enter')
    await expect.poll(() => focused(page)).toBe('a Send something back')
    await opener.press('Enter')
    await page.getByRole('combobox').selectOption('1')
    await page.getByRole('textbox', { name: 'What is wrong with it?' }).fill('Too blue')
    await page.getByRole('button', { name: 'Send 1 thing back' }).press('Enter')
    await page.getByText('You asked to send something back').waitFor()
    await expect.poll(() => focused(page)).toBe('h2 Sending things back')
    await page.getByRole('button', { name: 'The same again' }).press('Enter')
    await expect.poll(() => focused(page)).toBe('a To the basket')
  })
})

test('a device that is logged out leaves the focus at its list', async () => {
  const email = `${unique('devices')}@example.com`
  const password = 'correct horse battery'
  const page = await browser.open()
  await enterAs(page, await shop.registered({ email, password }))
  await shop.shopper().request('POST', '/api/auth/login', { email, password }, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0' })
  await page.goto('/account')
  await hydrated(page)
  const devices = page.getByRole('region', { name: 'Where you’re logged in' }).getByRole('listitem')
  await devices.getByRole('button', { name: 'Log out Firefox on Linux' }).press('Enter')
  await expect.poll(() => devices.count()).toBe(1)
  expect(await focused(page)).toBe('h2 Where you’re logged in')
})
