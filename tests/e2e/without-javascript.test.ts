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
    // Whichever is newest: other tests put mugs on this shelf, too.
    const mug = page.getByRole('list', { name: 'Mugs' }).getByRole('article').first().getByRole('link')
    const name = await mug.innerText()
    await mug.click()
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

    await page.goto('/search')
    await page.getByRole('main').getByRole('textbox', { name: 'Search the shop' }).fill('contuor')
    await page.getByRole('main').getByRole('button', { name: 'Search' }).click()
    await page.getByRole('list', { name: 'Results' }).getByRole('link', { name: 'Contour Notebook' }).waitFor()

    for (const stock of [5, 5, 0]) await addProduct(shop.database, product(unique('plain-print'), { category: 'prints', colours: [colour], stock }))
    await page.goto(`/categories/prints?colour=${colour}`)
    const form = page.getByRole('form', { name: 'Filter and sort' })
    const prints = page.getByRole('list', { name: 'Prints' }).getByRole('article')
    const all = 3
    expect(await prints.count()).toBe(all)
    await form.getByRole('checkbox', { name: 'In stock only' }).check()
    await form.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/inStock=1/)
    await expect.poll(() => prints.count()).toBe(all - 1)
    await page.getByRole('link', { name: 'Remove filter: In stock' }).click()
    await expect.poll(() => prints.count()).toBe(all)

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
    await page.getByRole('button', { name: 'Put it back' }).tap()
    await line.getByRole('img', { name: 'Quantity 2' }).waitFor()
    await line.getByRole('button', { name: 'Remove' }).tap()
    await page.getByRole('heading', { name: 'Nothing in here yet.' }).waitFor()
    await page.goto('/checkout')
    await page.getByText('Paying by card needs JavaScript.').waitFor()
  })

  test('a visitor checks out up to the card, is told of gaps beside the field, and finds it all again', async () => {
    const slug = unique('plain-checkout')
    await addProduct(shop.database, product(slug, { stock: 5, colours: ['Salt'] }))
    const page = await browser.open({ width: 360, javaScript: false })
    await page.goto(`/products/${slug}`)
    await page.getByRole('button', { name: 'Add to basket' }).tap()
    await page.waitForURL('**/cart')
    await page.getByRole('link', { name: 'Check out' }).tap()
    await field(page, 'E-mail').fill('plain@example.com')
    await field(page, 'Name').fill('Zoë “Plain” Ōtsuka')
    await field(page, 'Street and number').fill('12 St James’s Square')
    await field(page, 'City').fill('London')
    await page.getByRole('button', { name: 'Go on to delivery' }).tap()
    await page.getByRole('alert').getByRole('link', { name: 'Postcode is missing' }).waitFor()
    expect(await field(page, 'Postcode').getAttribute('aria-invalid')).toBe('true')
    expect(await field(page, 'Name').inputValue()).toBe('Zoë “Plain” Ōtsuka')
    await field(page, 'Postcode').fill('SW1Y 4JH')
    await page.getByRole('button', { name: 'Go on to delivery' }).tap()
    await page.waitForURL(/step=delivery/)
    await page.getByText('plain@example.com').waitFor()
    await page.getByRole('radio', { name: 'Express' }).check()
    await page.getByRole('button', { name: 'Go on to the card' }).tap()
    await page.waitForURL(/step=payment/)
    await page.getByText('This last step needs JavaScript.').waitFor()
    expect(await page.getByRole('textbox').count()).toBe(0)
    await page.getByText('£25.95').waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    await page.getByRole('link', { name: 'Change: Who and where' }).tap()
    expect(await field(page, 'Street and number').inputValue()).toBe('12 St James’s Square')
    expect(page.url()).not.toContain('plain')
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
