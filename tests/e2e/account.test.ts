import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { mailsTo, tokenIn } from '../harness/mailbox.ts'
import { runningShop } from '../harness/running-shop.ts'
import { field, register } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const password = 'correct horse battery'
const another = 'four unrelated words more'
const address = () => `ada-${crypto.randomUUID()}@example.com`
const press = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).click()
const onPhone = { width: 360, expected: [/ 4(?:01|03|10|22) /] }
const looks = [['a wide screen', { expected: onPhone.expected }], ['a phone', onPhone], ['a phone without JavaScript', { ...onPhone, javaScript: false }], ['a wide screen without JavaScript', { javaScript: false, expected: onPhone.expected }]] as const

async function logIn(page: Page, email: string, chosen: string) {
  await field(page, 'E-mail').fill(email)
  await page.getByLabel('Password').fill(chosen)
  await press(page, 'Log in')
}

describe('an account', () => {
  test('what is typed before the scripts come is kept', async () => {
    const email = address()
    await shop.shopper().request('POST', '/api/auth/register', { email, password, name: 'Ada Byron' })
    const page = await browser.open()
    let letGo = () => {}
    const typed = new Promise<void>(resolve => (letGo = resolve))
    await page.route(/\.js$/, async (route) => {
      await typed
      await route.continue()
    })
    await page.goto('/login', { waitUntil: 'commit' })
    await field(page, 'E-mail').fill(email)
    await page.getByLabel('Password').fill(password)
    letGo()
    await page.waitForFunction(() => (document.querySelector('#__nuxt') as { __vue_app__?: object } | null)?.__vue_app__ !== undefined)
    await press(page, 'Log in')
    await page.waitForURL('**/account')
  })

  test.each(looks)('on %s: a forgotten password is replaced by way of the mail', async (_, look) => {
    const email = address()
    await shop.shopper().request('POST', '/api/auth/register', { email, password, name: 'Ada Byron' })
    const page = await browser.open({ ...look, expected: [...look.expected] })
    await page.goto('/login')
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await page.waitForURL('**/forgot')
    await field(page, 'E-mail').fill(email)
    await press(page, 'Send me a link')
    await page.getByText('Have a look at your mail').waitFor()

    const [mail] = await mailsTo(shop.database, email)
    await page.goto(`/reset?token=${tokenIn(mail!)}`)
    if (!('javaScript' in look)) {
      const clean = (url: URL) => url.search === '' && url.pathname === '/reset'
      await page.waitForURL(clean)
      await page.getByRole('link', { name: 'Monolith Supply, home' }).click()
      await page.waitForURL(url => url.pathname === '/')
      await page.goBack()
      await page.waitForURL(url => url.pathname === '/reset')
      expect(clean(new URL(page.url()))).toBe(true)
    }
    await page.getByLabel('New password').fill('password123')
    await press(page, 'Set the password')
    await page.getByText('on every guesser’s list').first().waitFor()
    expect(await page.getByLabel('New password').getAttribute('aria-invalid')).toBe('true')
    expect(await sidewaysScroll(page)).toBe(0)
    await page.getByLabel('New password').fill(another)
    await press(page, 'Set the password')
    await page.waitForURL('**/login?done=reset')
    await page.getByText('Your new password is set.').waitFor()
    await logIn(page, email, another)
    await page.waitForURL('**/account')

    await page.goto(`/reset?token=${tokenIn(mail!)}`)
    await page.getByLabel('New password').fill(another)
    await press(page, 'Set the password')
    await page.getByRole('link', { name: 'Ask for a new link' }).waitFor()
  })

  test.each(looks)('on %s: another password, and other devices out', async (_, look) => {
    const email = address()
    const page = await browser.open({ ...look, expected: [...look.expected] })
    await register(page, { email, password })
    const others = [shop.shopper(), shop.shopper(), shop.shopper()]
    for (const other of others) await other.request('POST', '/api/auth/login', { email, password }, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0' })
    await shop.settled()
    await page.goto('/account')
    const devices = page.getByRole('region', { name: 'Where you’re logged in' }).getByRole('listitem')
    expect(await devices.count()).toBe(4)
    await devices.filter({ hasText: 'Firefox on Linux' }).first().getByRole('button').click()
    await expect.poll(() => devices.count()).toBe(3)
    await press(page, 'Log out all other devices')
    await expect.poll(() => devices.count()).toBe(1)
    for (const other of others) expect((await other.get<{ user: null }>('/api/auth/session')).body.user).toBeNull()

    await page.getByLabel('Password you have now').fill('a wrong guess')
    await page.getByLabel('New password').fill(another)
    await press(page, 'Change the password')
    await page.getByText('That is not the password you have now').first().waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
    await page.getByLabel('Password you have now').fill(password)
    await page.getByLabel('New password').fill(another)
    await press(page, 'Change the password')
    await page.getByText('Your password is changed, and all other devices are logged out.').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Log out', exact: true }).click()
    await page.waitForURL(url => url.pathname === '/')
    await page.goto('/login')
    await logIn(page, email, another)
    await page.waitForURL('**/account')
  })
})
