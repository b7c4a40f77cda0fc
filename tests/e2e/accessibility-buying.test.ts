import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { axeFindings } from '../harness/axe.ts'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, leaveInStock, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, chooseDelivery, drawer, fillCard, fillDetails, payButton } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const widths = [1440, 360]
async function sell(name: string) {
  const slug = `axe-${crypto.randomUUID().slice(0, 8)}`
  const [variantId] = await addProduct(shop.database, product(slug, { name, stock: 5 }))
  return { slug, variantId: variantId! }
}

describe('axe finds nothing, narrow or wide, light or dark,', () => {
  test('on the way from the drawer to the card, with what can go wrong there', async () => {
    const { slug } = await sell('Axe Mug')
    const page = await browser.open({ expected: [/ 422 /] })
    const found: string[] = []
    const look = async (state: string) => found.push(...(await axeFindings(page, { widths })).map(line => `${state}: ${line}`))
    await addToBasket(page, slug)
    await drawer(page).getByRole('button', { name: 'Remove Axe Mug' }).waitFor()
    await look('the open drawer')
    await page.goto('/cart')
    await look('the basket')
    await page.getByText('Got a promo code?').click()
    await page.getByRole('textbox', { name: 'Promo code' }).fill('nonsense')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('We don’t know that code').first().waitFor()
    await look('the basket with a promo code that is refused')
    await page.goto('/checkout')
    await page.getByRole('timer').waitFor()
    await page.getByRole('button', { name: 'Go on to delivery' }).click()
    await page.getByRole('alert').waitFor()
    await look('the checkout with errors')
    await fillDetails(page, 'axe@example.com')
    await look('the checkout’s second step')
    await chooseDelivery(page)
    await fillCard(page, '42')
    await payButton(page).click()
    await page.getByRole('alert').waitFor()
    await look('the checkout’s third step with errors')
    expect(found).toEqual([])
  }, 180_000)

  test('on a basket with something taken out, and something that is no longer there', async () => {
    const [gone, taken] = [await sell('Gone Mug'), await sell('Taken Mug')]
    const page = await browser.open()
    await addToBasket(page, gone.slug)
    await addToBasket(page, taken.slug)
    await shop.database.fresh(db => db.execute(sql`update variants set price_minor = 2100 where id = ${gone.variantId}`))
    await leaveInStock(shop.database, gone.variantId, 0)
    await page.goto('/cart')
    await page.getByRole('button', { name: 'Remove Taken Mug' }).click()
    await page.getByRole('button', { name: 'Put it back: Taken Mug' }).waitFor()
    await page.getByText('Sold out since you put it here.').waitFor()
    expect(await axeFindings(page, { widths })).toEqual([])
  })

  test('on an empty basket, and an order', async () => {
    const { variantId } = await sell('Ordered Mug')
    const buyer = shop.shopper()
    const { body: order } = await buyer.buy(variantId)
    await shop.untilStatus(buyer, order.id, 'delivered')
    const page = await browser.open()
    const found: string[] = []
    for (const path of ['/cart', `/orders/${order.id}?token=${order.token}`]) {
      await page.goto(path)
      found.push(...(await axeFindings(page, { widths })).map(line => `${path} ${line}`))
    }
    expect(found).toEqual([])
  })
})
