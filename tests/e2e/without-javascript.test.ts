import { afterAll, describe, expect, test } from 'vitest'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { field, register } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`

describe('without JavaScript', () => {
  test('a visitor browses, searches with a typo, filters, and loads more', async () => {
    const colour = unique('Tint')
    for (let index = 0; index < 26; index++) await addProduct(shop.database, product(unique('plain'), { category: 'tees', colours: [colour] }))
    const page = await browser.open({ javaScript: false })
    await page.goto('/')
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Mugs' }).click()
    await page.getByRole('heading', { level: 1, name: 'Mugs' }).waitFor()
    await page.getByRole('link', { name: 'Tidewater Mug' }).click()
    await page.getByRole('heading', { level: 1, name: 'Tidewater Mug' }).waitFor()

    await page.goto('/search')
    await page.getByRole('main').getByRole('combobox').fill('contuor')
    await page.getByRole('main').getByRole('button', { name: 'Search' }).click()
    await page.getByRole('list', { name: 'Results' }).getByRole('link', { name: 'Contour Notebook' }).waitFor()

    await page.goto('/categories/prints')
    const form = page.getByRole('form', { name: 'Filter and sort' })
    const prints = page.getByRole('list', { name: 'Prints' }).getByRole('article')
    const all = await prints.count()
    await form.getByRole('checkbox', { name: 'In stock only' }).check()
    await form.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/inStock=1/)
    expect(await prints.count()).toBe(all - 1)
    await page.getByRole('link', { name: 'Remove filter: In stock' }).click()
    expect(await prints.count()).toBe(all)

    await page.goto(`/categories/tees?colour=${colour}`)
    const tees = page.getByRole('list', { name: 'Tees' }).getByRole('article')
    expect(await tees.count()).toBe(24)
    await page.getByRole('link', { name: 'Load more' }).click()
    await page.waitForURL(/pages=2/)
    expect(await tees.count()).toBe(26)
  })

  test('a visitor with a phone fills a basket, changes its quantity, and empties it', async () => {
    const slug = unique('plain-basket')
    await addProduct(shop.database, product(slug, { name: 'Plain Basket Mug', stock: 5 }))
    const page = await browser.open({ width: 360, javaScript: false })
    await page.goto(`/products/${slug}`)
    await page.getByRole('combobox', { name: 'Which one' }).selectOption({ label: 'Kelp, £18.00' })
    await page.getByRole('button', { name: 'Add to basket' }).tap()
    await page.waitForURL('**/cart')
    const line = page.getByRole('list', { name: 'Things in your basket' }).getByRole('listitem').filter({ hasText: 'Plain Basket Mug' })
    await line.getByText('Kelp').waitFor()
    await line.getByRole('button', { name: 'One more of' }).tap()
    await line.getByRole('img', { name: 'Quantity 2' }).waitFor()
    await page.getByText('£36.00').first().waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    await line.getByRole('button', { name: 'Remove' }).tap()
    await page.getByRole('heading', { name: 'Nothing in here yet.' }).waitFor()
    await page.goto('/checkout')
    await page.getByText('Paying by card needs JavaScript.').waitFor()
  })

  test('a visitor registers, logs out, is told of a wrong password, and logs in', async () => {
    const account = { email: `${unique('ada')}@example.com`, password: 'correct horse battery' }
    const page = await browser.open({ javaScript: false })
    await register(page, account)
    await page.getByRole('heading', { level: 1, name: 'Ada Byron' }).waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.goto('/account')
    await page.waitForURL(/\/login\?next=/)
    const logIn = async (password: string) => {
      await field(page, 'E-mail').fill(account.email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
    }
    await logIn('not the one at all')
    await page.getByRole('alert').filter({ hasText: 'don’t go together' }).waitFor()
    await logIn(account.password)
    await page.waitForURL('**/account')
    await page.getByRole('heading', { level: 1, name: 'Ada Byron' }).waitFor()
  })
})
