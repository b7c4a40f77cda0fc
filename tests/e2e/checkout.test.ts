import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, leaveInStock, product } from '../harness/fixtures.ts'
import { startProcess } from '../harness/one-process.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, arriveAtOrder, cards, chooseDelivery, drawer, enterAs, field, fillCard, fillDetails, goToPayment, holdCode, openStep, payButton } from '../harness/shop-pages.ts'

const shop = runningShop()
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
async function sell(name: string, options: Parameters<typeof product>[1] = {}) {
  const slug = unique(name)
  const [variantId] = await addProduct(shop.database, product(slug, { colours: ['Salt'], stock: 5, ...options }))
  return { slug, variantId: variantId! }
}
async function toCheckout(page: Page, slug: string) {
  await addToBasket(page, slug)
  await drawer(page).getByRole('link', { name: 'Check out' }).click()
  await page.waitForURL('**/checkout')
}

describe('the steps of the checkout', () => {
  const browser = testBrowser(() => shop.url)

  test.each([{ width: 360 }, { width: 1440 }])('collapse when they are done, and Back goes to the one before with everything typed, at $width', async (look) => {
    const { slug } = await sell('steps')
    const page = await browser.open(look)
    await toCheckout(page, slug)
    const tap = (name: string, role: 'button' | 'link' = 'button') => look.width === 360 ? page.getByRole(role, { name }).tap() : page.getByRole(role, { name }).click()
    await fillDetails(page, 'steps@example.com')
    expect(await page.getByRole('textbox').count()).toBe(0)
    await page.getByText('steps@example.com').waitFor()
    await chooseDelivery(page, 'Express')
    await fillCard(page, cards.works)
    expect(await sidewaysScroll(page)).toBe(0)

    await page.goBack()
    await openStep(page, 'How it gets there').waitFor()
    expect(await page.getByRole('radio', { name: 'Express' }).isChecked()).toBe(true)
    await page.goBack()
    await openStep(page, 'Who and where').waitFor()
    expect(await field(page, 'E-mail').inputValue()).toBe('steps@example.com')
    await page.goForward()
    await page.goForward()
    await openStep(page, 'Card').waitFor()
    expect(await field(page, 'Card number').inputValue()).toBe(cards.works)

    await tap('Change: Who and where', 'link')
    await field(page, 'City').fill('Bristol')
    await tap('Go on to delivery')
    await openStep(page, 'Card').waitFor()
    await page.getByText('Bristol').waitFor()

    await page.reload()
    await openStep(page, 'Card').waitFor()
    await page.getByText('Bristol').waitFor()
    expect(await field(page, 'Card number').inputValue()).toBe('')
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toMatch(/4242 ?4242/)
    await fillCard(page, cards.works)
    await payButton(page).click()
    await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'There is nothing to pay for.' }).waitFor()
    expect(await page.evaluate(() => sessionStorage.getItem('checkout-form'))).toBeNull()
  })

  test('are gone through by keyboard alone, with what is wrong read out and led to', async () => {
    const { slug } = await sell('keys')
    const page = await browser.open({ width: 1440 })
    await addToBasket(page, slug)
    await page.goto('/checkout')
    await page.getByRole('timer').waitFor()
    const active = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent?.trim() ?? '')
    const tabTo = async (name: string) => {
      for (let key = 0; key < 30; key++) {
        await page.keyboard.press('Tab')
        if ((await active()).includes(name)) return
      }
      throw new Error(`Tab does not lead to ${name}`)
    }
    await tabTo('email')
    await page.keyboard.type('keys@example.com')
    for (const typed of ['Ada Byron', '12 St James’s Square', '', 'London']) {
      await page.keyboard.press('Tab')
      await page.keyboard.type(typed)
    }
    await page.keyboard.press('Enter')
    const wrong = page.getByRole('alert').getByRole('link', { name: 'Postcode is missing' })
    await wrong.waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(active).toBe('postcode')
    await page.keyboard.type('SW1Y 4JH')
    await page.keyboard.press('Enter')
    await expect.poll(active).toBe('2. How it gets there')
    await tabTo('shippingMethod')
    await page.keyboard.press('ArrowDown')
    await tabTo('Go on to the card')
    await page.keyboard.press('Enter')
    await expect.poll(active).toBe('3. Card')
    await tabTo('number')
    await page.keyboard.type(cards.works)
    await page.keyboard.press('Tab')
    await page.keyboard.type('0434')
    await page.keyboard.press('Tab')
    await page.keyboard.type('123')
    await page.keyboard.press('Enter')
    await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    await page.getByText('£25.95').first().waitFor()
  })

  test('take a delivery that is chosen while the code is still on its way', async () => {
    const { slug } = await sell('early')
    const page = await browser.open({ width: 360 })
    await toCheckout(page, slug)
    await fillDetails(page, 'early@example.com')
    await chooseDelivery(page, 'Standard')
    const arrive = await holdCode(page)
    await page.goto('/checkout?step=delivery', { waitUntil: 'commit' })
    const express = page.getByRole('radio', { name: 'Express' })
    await express.check()
    arrive()
    await page.getByRole('timer').waitFor()
    expect(await express.isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Go on to the card' }).tap()
    await openStep(page, 'Card').waitFor()
    await page.getByText('Express').waitFor()
  })

  test('tell browsers what belongs in each field', async () => {
    const { slug } = await sell('hints')
    const page = await browser.open()
    await toCheckout(page, slug)
    await field(page, 'E-mail').waitFor()
    const hints = async () => page.locator('main').locator('input:not([type=hidden]), select').evaluateAll(fields => Object.fromEntries(fields.map(one => [one.getAttribute('name'), one.getAttribute('autocomplete')])))
    expect(await hints()).toMatchObject({ email: 'email', name: 'name', line1: 'address-line1', line2: 'address-line2', city: 'address-level2', postcode: 'postal-code', country: 'country' })
    await fillDetails(page, 'hints@example.com')
    await chooseDelivery(page)
    expect(await hints()).toMatchObject({ number: 'cc-number', expiry: 'cc-exp', cvc: 'cc-csc' })
  })
})

describe('the addresses of an account', () => {
  const browser = testBrowser(() => shop.url)
  const [home, work] = [{ name: 'Ada Byron', line1: '12 St James’s Square', line2: 'Flat 3', city: 'London', postcode: 'SW1Y 4JH', country: 'GB' }, { name: 'Ada at work', line1: '7 Mill Lane', city: 'Leeds', postcode: 'LS1 4AP', country: 'GB' }]
  const label = (page: Page, name: string | RegExp) => page.getByRole('radio', { name })
  const valueOf = (page: Page, name: string) => field(page, name).inputValue()

  test('fill the form, are chosen from, and give way to what is typed', async () => {
    const { slug } = await sell('addresses')
    const page = await browser.open({ width: 360 })
    await enterAs(page, await shop.registered())
    const send = async (data: object) => expect((await page.request.post(`${shop.url}/api/account/addresses`, { headers: { origin: shop.url }, data })).ok()).toBe(true)
    await send(home)
    await send(work)
    await addToBasket(page, slug)
    await page.goto('/checkout')
    await expect.poll(() => valueOf(page, 'Street and number')).toBe(home.line1)
    expect(await page.getByLabel('Flat, floor').inputValue()).toBe('Flat 3')
    expect(await label(page, /^12 St James/).isChecked()).toBe(true)
    expect(await page.getByRole('checkbox', { name: 'Keep this address' }).count()).toBe(0)

    await field(page, 'City').fill('Bristol')
    await expect.poll(() => label(page, 'Another address').isChecked()).toBe(true)
    await label(page, /^7 Mill Lane/).check()
    expect(await valueOf(page, 'City')).toBe('Leeds')
    expect(await page.getByLabel('Flat, floor').inputValue()).toBe('')
    await label(page, 'Another address').check()
    expect(await valueOf(page, 'City')).toBe('Bristol')
    expect(await sidewaysScroll(page)).toBe(0)

    await page.reload()
    await page.getByRole('timer').waitFor()
    expect(await valueOf(page, 'City')).toBe('Bristol')
    await page.getByRole('checkbox', { name: 'Keep this address' }).check()
    const kept = page.waitForResponse(response => response.url().endsWith('/api/account/addresses') && response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Go on to delivery' }).click()
    await openStep(page, 'How it gets there').waitFor()
    expect((await kept).status()).toBe(201)
    await page.goBack()
    await openStep(page, 'Who and where').waitFor()
    await expect.poll(() => page.getByRole('radio').count()).toBe(4)
    expect(await page.getByRole('radio', { name: 'Bristol' }).isChecked()).toBe(true)
  })

  test('cost a guest no request', async () => {
    const { slug } = await sell('guest')
    const page = await browser.open()
    const asked: string[] = []
    page.on('request', request => asked.push(request.url()))
    await toCheckout(page, slug)
    await field(page, 'E-mail').waitFor()
    expect(await page.getByRole('group', { name: 'Your addresses' }).count()).toBe(0)
    expect(asked.filter(url => url.includes('/account/addresses'))).toEqual([])
  })
})

describe('during the checkout', () => {
  const browser = testBrowser(() => shop.url)

  test('a thing that sells out is named, and the rest can be bought', async () => {
    const [gone, stays] = [await sell('gone'), await sell('stays')]
    const page = await browser.open({ width: 360, expected: [/ 409 /] })
    await addToBasket(page, gone.slug)
    await addToBasket(page, stays.slug)
    await leaveInStock(shop.database, gone.variantId, 0)
    await page.goto('/checkout')
    const alert = page.getByRole('alert').filter({ hasText: `${gone.slug}, Salt has sold out in the meantime.` })
    await alert.waitFor()
    await field(page, 'E-mail').fill('rest@example.com')
    await alert.getByRole('button', { name: 'Go on with what is left' }).tap()
    await page.getByRole('timer').waitFor()
    const things = page.getByRole('list', { name: 'Things' })
    await expect.poll(() => things.getByRole('listitem').count()).toBe(1)
    await things.getByText(stays.slug).waitFor()
    expect(await field(page, 'E-mail').inputValue()).toBe('rest@example.com')
  })

  test('a basket that another tab has changed is told, and bought only when the shopper says so', async () => {
    const { slug } = await sell('two-tabs')
    const page = await browser.open()
    await toCheckout(page, slug)
    await page.getByRole('timer').waitFor()
    const other = await page.context().newPage()
    await other.goto('/cart')
    await other.getByRole('button', { name: 'One more of' }).click()
    await page.getByText('You have changed your basket in another tab.').waitFor()
    const total = page.getByRole('complementary', { name: 'What you are buying' }).getByText('£21.95')
    await total.waitFor()
    await page.getByRole('button', { name: 'Buy what is in it now' }).click()
    await page.getByText('£39.95').waitFor()
    expect(await page.getByText('You have changed your basket in another tab.').count()).toBe(0)
  })

  test('a page from the browser’s memory asks again how long its things are held', async () => {
    const { slug } = await sell('slept')
    const page = await browser.open({ expected: [/ 409 /] })
    await toCheckout(page, slug)
    await page.getByRole('timer').waitFor()
    await page.evaluate(async () => void await fetch(`/api/checkout/${sessionStorage.getItem('checkout-id')}`, { method: 'DELETE' }))
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await page.getByRole('alert').filter({ hasText: 'Time’s up' }).waitFor()
  })

  test('a lost connection is said in words, and the same try goes on when it is back', async () => {
    const { slug } = await sell('offline')
    const page = await browser.open({ expected: [/ERR_INTERNET_DISCONNECTED/, / 429 /] })
    await goToPayment(page, slug)
    await page.context().setOffline(true)
    await payButton(page).click()
    await page.getByRole('alert').filter({ hasText: 'Check your connection' }).waitFor()
    expect(await field(page, 'Card number').inputValue()).toBe(cards.works)
    await page.context().setOffline(false)
    await page.route('**/api/orders', route => route.fulfill({ status: 429, headers: { 'retry-after': '1' }, contentType: 'application/problem+json', body: '{"code":"platform/too-many-requests"}' }), { times: 1 })
    const again = page.getByRole('button', { name: /^Pay £/ })
    await again.click()
    await page.getByRole('alert').filter({ hasText: 'That was a lot at once' }).waitFor()
    await again.click()
    await arriveAtOrder(page)
  })

  test('the last two minutes are announced, and more time can be had', async () => {
    const { slug } = await sell('ending')
    const page = await browser.open({ width: 360 })
    const soon = async (id?: string) => {
      const held = JSON.parse(id!) as { now: string, expiresAt: string }
      // Late enough for what arriving at the page says itself, which would take the words' place.
      return JSON.stringify({ ...held, expiresAt: new Date(Date.parse(held.now) + 124_000).toISOString() })
    }
    await page.route('**/api/checkout', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: await soon(await response.text()) })
    }, { times: 1 })
    await toCheckout(page, slug)
    await page.getByRole('status').filter({ hasText: 'Less than two minutes left' }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Hold them for longer' }).tap()
    await expect.poll(() => page.getByRole('timer').innerText()).toMatch(/^1[45]:/)
  })
})

describe('with a key of Stripe’s', () => {
  let web: Awaited<ReturnType<typeof startProcess>>
  beforeAll(async () => {
    web = await startProcess(shop, { APP_ROLE: 'web', APP_VERSION: 'with-stripe', STRIPE_SECRET_KEY: shop.stripeSecretKey, NUXT_PUBLIC_STRIPE_KEY: 'pk_test_0123456789abcdef' })
  })
  afterAll(() => web?.stop())
  const browser = testBrowser(() => web.url)

  /** Stands for Stripe.js: a form of one field, and a payment method for whatever is in it. */
  const script = `window.Stripe = key => ({
    elements: options => ({
      create: () => ({ on: (event, listener) => event === 'ready' && setTimeout(listener), mount: box => box.innerHTML = '<label>Card at Stripe <input id="at-stripe" data-key="' + key + '" data-mode="' + options.paymentMethodCreation + '"></label>' }),
      update: () => {},
      submit: async () => document.getElementById('at-stripe').value ? {} : { error: { message: 'empty' } },
    }),
    createPaymentMethod: async () => ({ paymentMethod: { id: document.getElementById('at-stripe').value } }),
  })`

  test('its script is allowed at the checkout alone', async () => {
    const policyOf = async (path: string) => (await fetch(`${web.url}${path}`, { headers: { accept: 'text/html' } })).headers.get('content-security-policy')!
    expect(await policyOf('/checkout')).toContain('https://js.stripe.com')
    for (const path of ['/', '/cart', '/products/tidewater-mug', '/checkout/details', '/login?next=/checkout']) expect(await policyOf(path)).not.toContain('stripe')
    expect((await fetch(`${shop.url}/checkout`)).headers.get('content-security-policy')).not.toContain('stripe')
  })

  test('the card is typed there, a refused one keeps everything, and no number comes to the shop', async () => {
    const { slug } = await sell('stripe')
    const page = await browser.open({ expected: [/^asked outside the shop: https:\/\/js\.stripe\.com\//, / 402 /] })
    await page.route('https://js.stripe.com/**', route => route.fulfill({ contentType: 'text/javascript', body: script }))
    const cardsSent: string[] = []
    page.on('request', request => request.url().includes('/api/payments/methods') && cardsSent.push(request.url()))
    await toCheckout(page, slug)
    await fillDetails(page, 'stripe@example.com')
    await chooseDelivery(page)
    const there = page.getByLabel('Card at Stripe')
    expect(await there.getAttribute('data-key')).toBe('pk_test_0123456789abcdef')
    expect(await there.getAttribute('data-mode')).toBe('manual')
    await there.fill('pm_card_chargeDeclined')
    await payButton(page).click()
    await page.getByRole('alert').filter({ hasText: 'Nothing was charged; try another card' }).waitFor()
    await there.fill('pm_card_visa')
    await payButton(page).click()
    await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    expect(await page.evaluate(() => 'Stripe' in window)).toBe(false)
    expect(cardsSent).toEqual([])
  })

  test('when Stripe can’t be reached, then the page says so and tries again', async () => {
    const { slug } = await sell('stripe-gone')
    const page = await browser.open({ expected: [/js\.stripe\.com/] })
    await page.route('https://js.stripe.com/**', route => route.abort(), { times: 1 })
    await toCheckout(page, slug)
    await fillDetails(page, 'stripe@example.com')
    await chooseDelivery(page)
    const alert = page.getByRole('alert').filter({ hasText: 'Stripe, who take the card, can’t be reached.' })
    await alert.waitFor()
    await payButton(page).click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 15_000 }).toContain('isn’t here yet')
    await page.route('https://js.stripe.com/**', route => route.fulfill({ contentType: 'text/javascript', body: script }))
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByLabel('Card at Stripe').waitFor()
  })
})
