import { eq } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { stock } from '../../server/products/db/tables.ts'
import { axeFindings } from '../harness/axe.ts'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, enterAs, findInQueue } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const stockOf = async (variantId: string) => (await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId))))[0]!

async function expectFine(page: Page) {
  expect(await sidewaysScroll(page)).toBe(0)
  expect(await axeFindings(page, { dark: false })).toEqual([])
}

describe.each([1440, 360])('at %i pixels', (width) => {
  test('a shopper sends something back from the order\'s page, and an admin receives it', async () => {
    const name = unique('Returned mug')
    const [variantId] = await addProduct(shop.database, product(unique('returned'), { name, stock: 3 }))
    const one = shop.shopper()
    await one.add(variantId!, 2)
    const { body: checkout } = await one.checkout()
    const { body: order } = await one.pay(checkout.id)
    await shop.untilStatus(one, order.id, 'delivered')
    await shop.settled()

    const page = await browser.open({ width })
    await page.goto(`/orders/${order.id}?token=${order.token}`)
    await page.getByRole('button', { name: 'Send something back' }).click()
    await page.getByRole('button', { name: 'Send back' }).click()
    await page.getByRole('alert').filter({ hasText: 'Choose what to send back' }).waitFor()
    await expectFine(page)
    await page.getByRole('combobox', { name }).selectOption('1')
    await page.getByRole('textbox', { name: 'What is wrong with it?' }).fill('Too blue')
    await page.getByRole('button', { name: 'Send 1 thing back' }).click()
    await page.getByText('You asked to send something back').waitFor()
    await page.getByText('On its way back', { exact: true }).waitFor()
    await expectFine(page)

    await shop.settled()
    const office = await browser.open({ width })
    await enterAs(office, await shop.admin())
    await office.goto('/admin/returns')
    const row = office.getByRole('listitem').filter({ hasText: order.number })
    await findInQueue(office, row)
    await row.getByText(`1 × ${name}`).waitFor()
    await expectFine(office)
    await row.getByRole('button', { name: 'Received, back on the shelf' }).click()
    await row.waitFor({ state: 'detached' })
    expect(await stockOf(variantId!)).toMatchObject({ onHand: 2, restocked: 1 })
    await office.goto('/admin/returns?status=received')
    await findInQueue(office, row)
    await row.getByText('back on the shelf').waitFor()

    await shop.settled()
    await page.reload()
    await page.getByText('What you sent back has arrived').waitFor()
  }, 120_000)
})

test('who goes back to the basket frees what was held, and does not find their own things sold out', async () => {
  const slug = unique('turned-back')
  const [variantId] = await addProduct(shop.database, product(slug, { stock: 1, colours: ['Salt'] }))
  const page = await browser.open()
  await addToBasket(page, slug)
  await drawer(page).getByRole('link', { name: 'Check out' }).click()
  await page.getByRole('timer').waitFor()
  expect(await stockOf(variantId!)).toMatchObject({ onHand: 0, reserved: 1 })
  await page.getByRole('link', { name: 'Back to the basket' }).click()
  await page.waitForURL('**/cart')
  expect(await stockOf(variantId!)).toMatchObject({ onHand: 1, reserved: 0 })
  await page.getByRole('list', { name: 'Things in your basket' }).getByText(slug).waitFor()
  await everythingLoaded(page)
  expect(await page.getByText('Sold out since').count()).toBe(0)
})
