import { eq } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { orders } from '../../server/orders/db/tables.ts'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { arriveAtOrder, cards, field, fillCard, goToPayment, openStep, payButton } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const someone = () => `${unique('ada')}@example.com`

async function somethingToBuy(name: string): Promise<string> {
  const slug = unique(name)
  await addProduct(shop.database, product(slug, { stock: 5 }))
  return slug
}

/** One order for this address, and one charge of its whole total. */
async function expectOneCharge(email: string) {
  const placed = await shop.database.fresh(db => db.select().from(orders).where(eq(orders.email, email)))
  expect(placed).toHaveLength(1)
  await expect.poll(() => shop.ledger(placed[0]!.id)).toMatchObject([{ capturedMinor: placed[0]!.totalMinor, refundedMinor: 0 }])
}

describe('paying', () => {
  test.each([0, 800])('a double click makes one order and one charge, when the gateway takes %i ms longer to answer', async (slowMs) => {
    const email = someone()
    const page = await browser.open()
    await goToPayment(page, await somethingToBuy('double-click'), { email })
    await shop.faults('payments', { slowMs })
    await payButton(page).dblclick()
    await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    await expectOneCharge(email)
  })

  test('a reload while the card is being charged takes up the same order', async () => {
    const email = someone()
    const page = await browser.open({ expected: [/ 409 /] })
    await goToPayment(page, await somethingToBuy('reload'), { email })
    await shop.faults('payments', { slowMs: 2_000, only: 'confirm' })
    const sent = page.waitForRequest(request => request.method() === 'POST' && request.url().endsWith('/api/orders'))
    await payButton(page).click()
    const key = (await sent).headers()['idempotency-key']
    const again = page.waitForRequest(request => request.method() === 'POST' && request.url().endsWith('/api/orders'))
    await page.reload()
    expect((await again).headers()['idempotency-key']).toBe(key)
    await expect.poll(async () => {
      // Still at work on the first try, the shop asks to come back: so does the shopper.
      const pay = page.getByRole('button', { name: /^Pay £/ })
      if (await pay.isVisible() && await pay.isEnabled()) await pay.click()
      return page.url()
    }, { timeout: 30_000, interval: 300 }).toMatch(/\/orders\//)
    await expectOneCharge(email)
  })

  test('a declined card keeps everything typed, and another card then works', async () => {
    const email = someone()
    const page = await browser.open({ expected: [/ 402 /] })
    await goToPayment(page, await somethingToBuy('declined'), { email, card: cards.declined, delivery: 'Express' })
    await page.getByRole('link', { name: 'Change: Who and where' }).click()
    await field(page, 'Flat, floor, “behind the bakery” (optional)').fill('Third floor')
    await page.getByRole('button', { name: 'Go on to delivery' }).click()
    await openStep(page, 'Card').waitFor()
    await payButton(page).click()
    const alert = page.getByRole('alert').filter({ hasText: 'Nothing was charged; try another card' })
    await alert.waitFor()
    await expect.poll(() => alert.evaluate(box => box === document.activeElement)).toBe(true)
    expect(await Promise.all(['Card number', 'Expiry', 'Security code'].map(name => field(page, name).inputValue()))).toEqual([cards.declined, '04/34', '123'])
    await page.getByText('Express', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Change: Who and where' }).click()
    const kept = await Promise.all(['E-mail', 'Name', 'City', 'Postcode', 'Flat, floor, “behind the bakery” (optional)'].map(name => field(page, name).inputValue()))
    expect(kept).toEqual([email, 'Ada Byron', 'London', 'SW1Y 4JH', 'Third floor'])
    await page.goBack()
    await openStep(page, 'Card').waitFor()
    expect(await field(page, 'Card number').inputValue()).toBe(cards.declined)
    await fillCard(page, cards.works)
    await payButton(page).click()
    const orderId = await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    expect((await shop.ledger(orderId)).filter(entry => entry.capturedMinor > 0)).toMatchObject([{ capturedMinor: 2595 }])
    expect(await page.getByText('Third floor').count()).toBe(1)
  })

  test('while the gateway is down nothing is charged, and when it is back the same page works', async () => {
    const email = someone()
    const page = await browser.open({ expected: [/ 503 /] })
    await goToPayment(page, await somethingToBuy('outage'), { email })
    await shop.faults('payments', { errorRate: 1, only: 'create' })
    await payButton(page).click()
    await page.getByRole('alert').filter({ hasText: 'Nothing was charged' }).waitFor()
    expect(await field(page, 'Card number').inputValue()).toBe(cards.works)
    await shop.faults('payments', {})
    await expect.poll(async () => {
      const pay = page.getByRole('button', { name: /^Pay £/ })
      if (await pay.isVisible() && await pay.isEnabled()) await pay.click()
      return page.url()
    }, { timeout: 30_000, interval: 500 }).toMatch(/\/orders\//)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    const placed = await shop.database.fresh(db => db.select().from(orders).where(eq(orders.email, email)))
    expect(placed.map(order => order.status).filter(status => status !== 'payment-failed')).toHaveLength(1)
    const captured = (await Promise.all(placed.map(order => shop.ledger(order.id)))).flat().filter(entry => entry.capturedMinor > 0)
    expect(captured).toHaveLength(1)
  })

  test('a form with gaps names each, leads to it, and charges nothing', async () => {
    const email = someone()
    const page = await browser.open()
    await goToPayment(page, await somethingToBuy('gaps'), { email })
    await field(page, 'Card number').fill('4242')
    await payButton(page).click()
    await page.getByRole('alert').getByRole('link', { name: 'That is not the whole card number' }).click()
    expect(await field(page, 'Card number').evaluate(input => input === document.activeElement)).toBe(true)
    await page.getByRole('link', { name: 'Change: Who and where' }).click()
    await field(page, 'City').fill('')
    await page.getByRole('button', { name: 'Go on to delivery' }).click()
    await page.getByRole('alert').getByRole('link', { name: 'City is missing' }).click()
    expect(await field(page, 'City').evaluate(input => input === document.activeElement)).toBe(true)
    await page.goto('/checkout?step=payment')
    await openStep(page, 'Who and where').waitFor()
    expect(await shop.database.fresh(db => db.select().from(orders).where(eq(orders.email, email)))).toEqual([])
  })
})
