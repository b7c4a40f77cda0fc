import type { Locator, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { axeFindings } from '../harness/axe.ts'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { addPromotion } from '../harness/promotions.ts'
import { runningShop } from '../harness/running-shop.ts'
import { until } from '../harness/shopper.ts'
import { addToBasket, arriveAtOrder, cards, drawer, enterAs, field, fillCard, fillDetails, chooseDelivery, payButton } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const expected = [/ 422 /, / 409 /]
const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
async function sell(priceMinor = 2_000) {
  const slug = unique('promo')
  await addProduct(shop.database, product(slug, { name: 'Promo Mug', priceMinor, stock: 5, colours: ['Salt'] }))
  await until(() => fetch(`${shop.url}/products/${slug}`, { headers: { accept: 'text/html' } }), answer => answer.status === 200)
  return slug
}
const codeField = (place: Page | Locator) => place.getByRole('textbox', { name: 'Promo code' })
const removeCode = (place: Page | Locator, code: string) => place.getByRole('button', { name: `Remove the code ${code}` })
const focused = (place: Locator) => place.evaluate(element => element === document.activeElement)

describe('a promo code', () => {
  test('with a phone: a wrong one is told beside the field, a right one counts in the drawer, at the checkout and in the order', async () => {
    const { code } = await addPromotion(shop.database, { kind: 'amount', value: 300 })
    const page = await browser.open({ width: 360, expected })
    await addToBasket(page, await sell())
    const basket = drawer(page)
    await basket.getByText('Got a promo code?').tap()
    await codeField(basket).fill('nonsense')
    await basket.getByRole('button', { name: 'Apply' }).tap()
    await basket.getByText('We don’t know that code').first().waitFor()
    expect(await focused(codeField(basket))).toBe(true)
    expect(await codeField(basket).getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator(`[id="${await codeField(basket).getAttribute('aria-describedby')}"]`).innerText()).toContain('We don’t know that code')
    expect([await sidewaysScroll(page), await axeFindings(page, { dark: false })]).toEqual([0, []])
    await codeField(basket).fill(code.toLowerCase())
    await basket.getByRole('button', { name: 'Apply' }).tap()
    await basket.getByText('−£3.00').waitFor()
    await basket.getByText('£3.00 off', { exact: false }).first().waitFor()
    expect([await sidewaysScroll(page), await axeFindings(page, { dark: false })]).toEqual([0, []])

    await basket.getByRole('link', { name: 'Check out' }).tap()
    await page.waitForURL('**/checkout')
    await fillDetails(page, 'promo@example.com')
    await chooseDelivery(page)
    expect(await payButton(page).innerText()).toBe('Pay £20.95')
    await removeCode(page, code).tap()
    await page.getByRole('button', { name: 'Pay £23.95' }).waitFor()
    await codeField(page).fill(code)
    await page.getByRole('button', { name: 'Apply' }).tap()
    await page.getByRole('button', { name: 'Pay £20.95' }).waitFor()
    expect([await sidewaysScroll(page), await axeFindings(page, { dark: false })]).toEqual([0, []])
    await fillCard(page, cards.works)
    await payButton(page).tap()
    await arriveAtOrder(page)
    const sum = page.getByRole('complementary', { name: 'What you bought' })
    await sum.getByText(`Discount (${code})`).waitFor()
    await sum.getByText('£20.95').waitFor()
  })

  test('by keyboard in the basket: applied, removed, and told when it does nothing any more', async () => {
    const { code } = await addPromotion(shop.database, { minimumMinor: 4_000 })
    const page = await browser.open({ expected })
    const slug = await sell()
    await addToBasket(page, slug)
    await page.goto('/cart')
    await page.getByText('Got a promo code?').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused(codeField(page))).toBe(true)
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
    await page.getByText('£20.00 to go').first().waitFor()
    await page.getByRole('status').filter({ hasText: '£20.00 to go' }).waitFor()
    await page.getByRole('button', { name: 'One more of Promo Mug' }).press('Enter')
    await page.getByRole('img', { name: 'Quantity 2' }).waitFor()
    await page.getByText('£40.00').first().waitFor()
    await codeField(page).press('Enter')
    await page.getByText('−£4.00').waitFor()
    expect(await focused(removeCode(page, code))).toBe(true)
    await page.getByRole('button', { name: 'One less of Promo Mug' }).press('Enter')
    await page.getByText('£20.00 to go').waitFor()
    await removeCode(page, code).press('Enter')
    await codeField(page).waitFor()
    expect(await focused(codeField(page))).toBe(true)
  })

  test('without JavaScript', async () => {
    const { code } = await addPromotion(shop.database)
    const page = await browser.open({ width: 360, javaScript: false })
    const slug = await sell()
    await page.goto(`/products/${slug}`)
    await page.getByRole('button', { name: 'Add to basket' }).tap()
    await page.waitForURL('**/cart')
    await page.getByText('Got a promo code?').tap()
    await codeField(page).fill('nonsense')
    await page.getByRole('button', { name: 'Apply' }).tap()
    await page.getByText('We don’t know that code').waitFor()
    await codeField(page).fill(code)
    await page.getByRole('button', { name: 'Apply' }).tap()
    await page.getByText('−£2.00').waitFor()
    await removeCode(page, code).tap()
    await page.getByText('Got a promo code?').waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
  })
})

test.each([360, 1440])('those who run the shop make, change and end a code at %i px', async (width) => {
  const code = `E2E-${crypto.randomUUID().slice(0, 6).toUpperCase()}`
  const page = await browser.open({ width, expected })
  await enterAs(page, await shop.admin())
  await page.goto('/admin/promotions')
  await page.getByRole('button', { name: 'New code' }).click()
  await field(page, 'Code').fill(code.toLowerCase())
  await field(page, 'Percent off').fill('95')
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByText('Between 1 and 90 percent').first().waitFor()
  await field(page, 'Percent off').fill('25')
  await page.getByRole('textbox', { name: 'Uses altogether' }).fill('100')
  expect([await sidewaysScroll(page), await axeFindings(page, { dark: false })]).toEqual([0, []])
  await page.getByRole('button', { name: 'Make it' }).click()
  const row = page.getByRole('listitem').filter({ hasText: code })
  await row.getByText('25% off').waitFor()
  await row.getByText('Used 0 of 100 times').waitFor()
  await row.getByRole('button', { name: `Edit ${code}` }).click()
  await row.getByRole('textbox', { name: 'Goods for at least, in pounds' }).fill('12.50')
  expect([await sidewaysScroll(page), await axeFindings(page, { dark: false })]).toEqual([0, []])
  await row.getByRole('button', { name: 'Save' }).click()
  await row.getByText('from £12.50 of goods').waitFor()
  await row.getByRole('button', { name: `End now: ${code}` }).click()
  await row.getByText('Ended').waitFor()
  expect([await sidewaysScroll(page), await axeFindings(page, { dark: false })]).toEqual([0, []])
})
