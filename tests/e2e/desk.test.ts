import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DeskOrder } from '../../shared/schemas/desk.ts'
import { axeFindings } from '../harness/axe.ts'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { enterAs, field, hydrated } from '../harness/shop-pages.ts'
import { type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
let admin: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
})
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

async function bought(email = `${crypto.randomUUID()}@example.com`) {
  const [mug] = await addProduct(shop.database, product(`desk-mug-${crypto.randomUUID().slice(0, 8)}`, { name: 'Desk Mug', priceMinor: 2_000, stock: 9 }))
  const one = shop.shopper()
  await one.add(mug!, 2)
  const { body: checkout } = await one.checkout()
  const { body: order } = await one.pay(checkout.id, { email })
  return { one, order, email }
}
async function look(id: string) {
  await shop.settled()
  return (await admin.get<DeskOrder>(`/api/admin/orders/${id}`)).body
}

async function openAsAdmin(path: string, options: Parameters<typeof browser.open>[0]): Promise<Page> {
  const page = await browser.open(options)
  await enterAs(page, admin)
  await page.goto(path)
  return page
}
/** A touch where the screen takes them, a key where it does not. */
const press = async (page: Page, name: RegExp | string, width: number) => {
  const button = page.getByRole('button', { name })
  if (width <= 640) await button.tap()
  else {
    await button.focus()
    await page.keyboard.press('Enter')
  }
}

async function blemishes(page: Page, name: string): Promise<string[]> {
  const found = (await axeFindings(page)).map(line => `${name} ${line}`)
  const sideways = await sidewaysScroll(page)
  return sideways ? [...found, `${name} scrolls sideways by ${sideways}`] : found
}

describe.each([360, 1440])('the desk at %i px', (width) => {
  test('shows today beside a week ago, and its chart as a table as well', async () => {
    const { order } = await bought()
    const page = await openAsAdmin('/admin', { width })
    await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor()
    expect(await page.getByText('a week ago,').count()).toBe(8)
    const chart = page.getByRole('img', { name: 'Revenue a day' })
    expect(await chart.getAttribute('aria-describedby')).toBeTruthy()
    await press(page, 'Orders', width)
    await page.getByRole('img', { name: 'Orders a day' }).waitFor()
    await press(page, 'Show as a table', width)
    expect(await page.getByRole('row').count()).toBe(31)
    expect(await blemishes(page, 'the desk')).toEqual([])
    await page.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: /^Orders/ }).click()
    await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor()
    await page.getByRole('link', { name: order.number }).waitFor()
  }, 60_000)

  test('finds an order, refunds a thing of it, and notes why', async () => {
    const { one, order, email } = await bought()
    await shop.untilStatus(one, order.id, 'delivered')
    const page = await openAsAdmin('/admin/orders', { width })
    await page.getByRole('searchbox').fill(email.slice(0, 12))
    await page.keyboard.press('Enter')
    await page.waitForURL(/\?q=/)
    expect(await blemishes(page, 'orders')).toEqual([])
    await page.getByRole('link', { name: order.number }).click()
    await page.getByRole('heading', { name: order.number, level: 1 }).waitFor()

    await press(page, 'Refund a part', width)
    const form = page.getByRole('form', { name: 'Refund' })
    await press(page, 'Send it back', width)
    await form.getByText('Choose what it is for').waitFor()
    await form.getByText('Tell the shopper why').waitFor()
    await form.getByRole('combobox', { name: /Desk Mug/ }).selectOption('1')
    await form.getByRole('checkbox', { name: 'Put them back on the shelf' }).check()
    await field(page, 'Why').fill('a chipped rim')
    await form.getByText('£20.00 goes back').waitFor()
    expect(await blemishes(page, 'a refund')).toEqual([])
    await press(page, 'Send £20.00 back', width)
    await page.getByRole('list', { name: 'Refunds' }).getByText('a chipped rim; back on the shelf').waitFor()
    await until(() => look(order.id), shown => shown.refundedMinor === 2_000)
    // More than what is left is refused in words.
    await press(page, 'Refund a part', width)
    await page.locator('label', { hasText: 'An amount' }).click()
    await field(page, 'Pounds').fill('900')
    await field(page, 'Why').fill('too much')

    await page.getByRole('textbox', { name: 'A new note' }).fill('Rang, and was nice about it.')
    await press(page, 'Note it', width)
    await page.getByText('Rang, and was nice about it.', { exact: true }).waitFor()
    expect((await look(order.id)).notes).toMatchObject([{ author: 'Ada', body: 'Rang, and was nice about it.' }])
    // What is being typed elsewhere stays, though the page has looked again.
    expect(await field(page, 'Pounds').inputValue()).toBe('900')
    expect(await blemishes(page, 'an order')).toEqual([])
  }, 90_000)

  test('hands a parcel over when the carrier is back, and says so while it is away', async () => {
    await shop.faults('carrier', { down: true })
    const { order } = await bought()
    const page = await openAsAdmin(`/admin/orders/${order.id}`, { width, expected: [/ 503 /, / 409 /] })
    const hand = page.getByRole('button', { name: /^(Pack and ship now|Ask the carrier again)$/ })
    await hand.press('Enter')
    await page.getByRole('alert').getByText(/goes on trying/).waitFor()
    expect((await look(order.id)).status).toBe('paid')
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    // The shop's own next try may be quicker; either way the parcel is handed over once.
    await until(async () => {
      if (await hand.count() && await hand.isEnabled()) await hand.press('Enter').catch(() => {})
      return look(order.id)
    }, shown => shown.status === 'fulfilling', { everyMs: 300 })
    await page.getByText('packed and handed to the carrier').waitFor()
    expect((await look(order.id)).events.filter(event => event.status === 'fulfilling')).toHaveLength(1)
  }, 60_000)

  test('cancels only after a second word', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const { one, order } = await bought()
    await shop.untilStatus(one, order.id, 'fulfilling')
    const page = await openAsAdmin(`/admin/orders/${order.id}`, { width })
    await press(page, 'Cancel the order', width)
    await press(page, 'No, keep it', width)
    expect((await look(order.id)).status).toBe('fulfilling')
    await press(page, 'Cancel the order', width)
    await press(page, 'Yes, cancel it', width)
    await page.getByText('cancelled by the shop').waitFor()
    await shop.untilStatus(one, order.id, 'refunded')
  })
})

test('without JavaScript orders are searched and read, and their chart is a table', async () => {
  const { order, email } = await bought()
  const page = await openAsAdmin('/admin/orders', { javaScript: false })
  await page.getByRole('searchbox').fill(email)
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: order.number }).click()
  await page.getByText('needs JavaScript').waitFor()
  expect(await page.getByRole('button', { name: 'Refund a part' }).count()).toBe(0)
  await page.goto('/admin')
  expect(await page.getByRole('row').count()).toBe(31)
  await page.goto(`/admin/orders/${order.id}/slip`)
  await page.getByRole('cell', { name: /Desk Mug/ }).waitFor()
})

test('the list looks again by itself and keeps the place of whoever reads it', async () => {
  const { email } = await bought()
  const page = await openAsAdmin('/admin/orders', {})
  await page.clock.install()
  await page.reload()
  await hydrated(page)
  await page.getByRole('searchbox').fill('half a na')
  const { order } = await bought(email)
  await page.clock.runFor(16_000)
  await page.getByRole('link', { name: order.number }).waitFor()
  expect(await page.getByRole('searchbox').inputValue()).toBe('half a na')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('q')
})
