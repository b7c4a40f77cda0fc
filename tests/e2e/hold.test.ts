import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { arriveAtOrder, cards, fillCard, goToPayment, payButton } from '../harness/shop-pages.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

describe('the hold on what is being bought', () => {
  const shop = runningShop()
  afterAll(shop.close)
  const browser = testBrowser(() => shop.url)

  test('counts down, and goes on where it was after a reload', async () => {
    const slug = `held-${crypto.randomUUID().slice(0, 8)}`
    const page = await browser.open({ width: 360 })
    await addProduct(shop.database, product(slug))
    await goToPayment(page, slug)
    const timer = page.getByRole('timer')
    const secondsLeft = async () => {
      const [minutes, seconds] = (await timer.innerText()).split(':').map(Number)
      return minutes! * 60 + seconds!
    }
    const first = await secondsLeft()
    expect(first).toBeGreaterThan(14 * 60)
    expect(first).toBeLessThanOrEqual(15 * 60)
    await expect.poll(secondsLeft, { timeout: 10_000 }).toBeLessThan(first - 1)
    const before = await secondsLeft()
    await page.reload()
    await timer.waitFor()
    expect(await secondsLeft()).toBeLessThanOrEqual(before)
  })
})

describe('when the hold runs out', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await startStack({ replica: false, redis: false, env: { HOLD_MINUTES: '0.1' } })
  })
  afterAll(() => stack?.stop())
  const browser = testBrowser(() => stack.urls[0]!)

  test('the page says so, keeps what was typed, and holds the things again on request', async () => {
    const page = await browser.open({ width: 360 })
    await goToPayment(page, 'last-one-mug', { email: 'slow@example.com' })
    const expired = page.getByRole('alert').filter({ hasText: 'Time’s up' })
    await expired.waitFor()
    await expired.getByRole('button', { name: 'Hold them again' }).tap()
    await page.getByRole('timer').waitFor()
    await page.getByText('slow@example.com').waitFor()
    await fillCard(page, cards.works)
    await payButton(page).tap()
    await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
  })

  test('somebody else can have the things, and who held them is told', async () => {
    const [variantId] = await addProduct(stack.database, product('only-one-of-it', { stock: 1, colours: ['Salt'] }))
    const page = await browser.open({ expected: [/ 409 /] })
    await goToPayment(page, 'only-one-of-it')
    await page.getByRole('alert').filter({ hasText: 'Time’s up' }).waitFor()
    const other = new TestShopper(stack.urls[0]!)
    // On the shelf again after the next sweep.
    await until(() => other.add(variantId!), answer => answer.status === 200)
    const { body: checkout } = await other.checkout()
    expect((await other.pay(checkout.id)).status).toBe(201)
    await page.getByRole('button', { name: 'Hold them again' }).click()
    await page.getByRole('alert').filter({ hasText: 'has sold out in the meantime' }).waitFor()
  })

  test('who pays after that is led to the reason why it does not work', async () => {
    const [variantId] = await addProduct(stack.database, product('only-one-to-pay', { stock: 1, colours: ['Salt'] }))
    const page = await browser.open({ width: 360, expected: [/ 409 /] })
    await goToPayment(page, 'only-one-to-pay')
    await page.getByRole('alert').filter({ hasText: 'Time’s up' }).waitFor()
    const other = new TestShopper(stack.urls[0]!)
    await until(() => other.add(variantId!), answer => answer.status === 200)
    const { body: checkout } = await other.checkout()
    expect((await other.pay(checkout.id)).status).toBe(201)
    await payButton(page).tap()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 15_000 }).toContain('has sold out in the meantime')
  })
})
