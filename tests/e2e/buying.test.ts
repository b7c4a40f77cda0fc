import { sql } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { until } from '../harness/shopper.ts'
import { arriveAtOrder, cards, chooseDelivery, drawer, fillCard, fillDetails, goToPayment, hydrated, payButton, pickOption, register } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const stepReached = (page: Page, step: string) => page.getByRole('listitem').filter({ hasText: new RegExp(`^\\s*${step}, done\\s*$`) })

describe('buying', () => {
  test('a guest with a phone buys, and sees the parcel arrive without touching the page', async () => {
    // The newest of its shelf, whatever else is sold there by now.
    const name = `Pocket Mug ${crypto.randomUUID().slice(0, 6)}`
    await addProduct(shop.database, product(unique('pocket-mug'), { name, publishedAt: new Date().toISOString() }))
    await until(async () => (await fetch(`${shop.url}/categories/mugs`, { headers: { accept: 'text/html' } })).text(), text => text.includes(name))
    const page = await browser.open({ width: 360 })
    const wide: string[] = []
    const look = async () => {
      if (await sidewaysScroll(page) > 0) wide.push(page.url())
    }
    await page.goto('/')
    await look()
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Mugs' }).tap()
    await page.waitForURL('**/categories/mugs')
    await page.getByRole('link', { name }).waitFor()
    await look()
    await page.getByRole('link', { name }).tap()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await hydrated(page)
    await look()
    await pickOption(page, 'Kelp')
    await page.getByRole('button', { name: 'Add to basket' }).tap()
    await drawer(page).getByRole('link', { name }).first().waitFor()
    expect(await drawer(page).innerText()).toContain('Kelp')
    await look()
    await drawer(page).getByRole('link', { name: 'Check out' }).tap()
    await page.waitForURL('**/checkout')
    await fillDetails(page, 'phone@example.com')
    await look()
    await chooseDelivery(page, 'Express')
    await fillCard(page, cards.works)
    await look()
    expect(await payButton(page).innerText()).toBe('Pay £25.95')
    await payButton(page).tap()
    const orderId = await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    await look()
    await stepReached(page, 'Delivered').waitFor({ timeout: 20_000 })
    await page.getByText('Tracking number').waitFor()
    await look()
    expect(wide).toEqual([])
    expect(await page.getByText('phone@example.com').count()).toBe(1)
    expect(await shop.ledger(orderId)).toMatchObject([{ capturedMinor: 2595, refundedMinor: 0 }])
  })

  test('who registers, buys and cancels gets the money back, by the page and by the gateway’s books', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const slug = unique('second-thoughts')
    await addProduct(shop.database, product(slug, { priceMinor: 3000, stock: 2 }))
    const email = `${unique('ada')}@example.com`
    const page = await browser.open()
    await register(page, { email, password: 'correct horse battery' })
    await page.getByRole('heading', { level: 1, name: 'Ada Byron' }).waitFor()
    await goToPayment(page, slug, { email })
    await payButton(page).click()
    const orderId = await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    expect(await shop.ledger(orderId)).toMatchObject([{ refundedMinor: 0 }])
    // Between two steps, while the carrier is being asked, nobody can cancel.
    await until(async () => (await shop.database.fresh(db => db.execute<{ status: string }>(sql`select status from orders where id = ${orderId}`))).rows[0]!.status, status => status === 'fulfilling')
    await page.getByText('Cancel this order').click()
    await page.getByRole('button', { name: 'Yes, cancel it' }).click()
    await page.getByRole('heading', { level: 1, name: 'Refunded' }).waitFor({ timeout: 20_000 })
    await page.getByRole('definition').filter({ hasText: '−£33.95' }).waitFor()
    await expect.poll(() => shop.ledger(orderId), { timeout: 20_000 }).toMatchObject([{ capturedMinor: 3395, refundedMinor: 3395, heldMinor: 0, netMinor: 0 }])
    await page.goto('/account/orders')
    await page.getByRole('listitem').filter({ hasText: 'Refunded' }).getByText('£33.95').waitFor()
  })
})
