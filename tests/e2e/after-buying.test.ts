import { sql } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { axeFindings } from '../harness/axe.ts'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { arriveAtOrder, enterAs, field, goToPayment, payButton } from '../harness/shop-pages.ts'
import { anAddress } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const password = 'correct horse battery'
const looks = [['a phone', { width: 360 }], ['a wide screen', { width: 1440 }]] as const
const plainLooks = [...looks, ['a phone without JavaScript', { width: 360, javaScript: false }]] as const
const main = (page: Page) => page.getByRole('main')

async function expectFine(page: Page) {
  expect(await sidewaysScroll(page)).toBe(0)
  expect(await axeFindings(page)).toEqual([])
}

async function bought(name: string, { stock = 9 } = {}) {
  const [variantId] = await addProduct(shop.database, product(unique(name), { name: unique(`Kept ${name}`), stock }))
  const one = shop.shopper()
  const { body: order } = await one.buy(variantId!)
  return { one, order, variantId: variantId!, path: `/orders/${order.id}?token=${order.token}` }
}

describe.each(looks)('on %s', (_, look) => {
  test('who has paid sees the confirmation once; later the order as it is', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const slug = unique('confirmed')
    await addProduct(shop.database, product(slug, { stock: 3, colours: ['Salt'] }))
    const page = await browser.open(look)
    await goToPayment(page, slug)
    await payButton(page).click()
    await arriveAtOrder(page)
    await page.getByRole('heading', { level: 1, name: 'Thank you. It’s yours.' }).waitFor()
    const card = page.getByRole('region', { name: 'Thank you. It’s yours.' })
    await card.getByText(/^MS-\d+$/).waitFor()
    await card.getByText('With you', { exact: true }).waitFor()
    expect(await card.getByRole('listitem').allInnerTexts()).toHaveLength(3)
    await expectFine(page)
    await page.getByRole('link', { name: 'Monolith Supply, home' }).click()
    await page.waitForURL(url => url.pathname === '/')
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: /^(Paid|In the works)$/ }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: /^(Paid|In the works)$/ }).waitFor()
    expect(await page.getByText('Thank you. It’s yours.').count()).toBe(0)
  })

  test('an invoice is read, and printed without the shop around it', async () => {
    const { one, order, path } = await bought('billed')
    await shop.untilStatus(one, order.id, 'delivered')
    const page = await browser.open(look)
    await page.goto(path)
    await page.getByRole('link', { name: 'Invoice to print' }).click()
    await page.waitForURL('**/invoice?token=*')
    await page.getByRole('heading', { level: 1, name: 'Invoice' }).waitFor()
    await page.getByText('VAT 20%').waitFor()
    await page.getByRole('button', { name: 'Print it' }).waitFor()
    await expectFine(page)
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('banner').isVisible()).toBe(false)
    expect(await page.getByRole('contentinfo').isVisible()).toBe(false)
    expect(await page.getByRole('button', { name: 'Print it' }).isVisible()).toBe(false)
    expect(await page.getByText('Monolith Supply Ltd').isVisible()).toBe(true)
  })
})

describe('an order\'s page', () => {
  test('that was without a line while the order moved says what was missed, and goes on', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const { order, path } = await bought('slept')
    const page = await browser.open({ width: 360, expected: [/ERR_INTERNET_DISCONNECTED/] })
    const asked: string[] = []
    page.on('request', request => request.url().includes('/events?') && asked.push(request.url()))
    await page.goto(path)
    await page.getByRole('heading', { level: 1, name: 'In the works' }).waitFor()
    await expect.poll(() => asked.length).toBeGreaterThan(0)
    await page.context().setOffline(true)
    await page.getByText('We’ve lost the line').waitFor()
    // As the worker does it: the step, the status and the wake-up in one transaction.
    const move = (status: string, cause: string) => shop.database.write(async (tx) => {
      await tx.execute(sql`update orders set status = ${status} where id = ${order.id}`)
      await tx.execute(sql`insert into order_events (order_id, type, status, cause) values (${order.id}, ${`order.${status}`}, ${status}, ${cause})`)
      await tx.execute(sql`select pg_notify('order_events', ${order.id})`)
    })
    await move('shipped', 'picked up by the carrier')
    expect(await page.getByRole('heading', { level: 1, name: 'In the works' }).count()).toBe(1)
    await page.context().setOffline(false)
    const missed = page.getByRole('list', { name: 'While you were away' })
    await missed.getByText(/picked up by the carrier/).waitFor()
    expect(await missed.getByRole('listitem').count()).toBe(1)
    await page.getByRole('heading', { level: 1, name: 'On its way' }).waitFor()
    await page.getByText('We’ve lost the line').waitFor({ state: 'detached' })
    expect(Number(new URL(asked.at(-1)!).searchParams.get('after'))).toBeGreaterThan(0)
    await expectFine(page)
    await move('delivered', 'delivered')
    await page.getByRole('heading', { level: 1, name: 'Delivered' }).waitFor()
    expect(await missed.getByRole('listitem').count()).toBe(1)
    // What was moved by hand has no event, which the invariants would miss.
    await shop.database.fresh(db => db.execute(sql`delete from order_events where order_id = ${order.id} and type in ('order.shipped', 'order.delivered')`))
    await shop.database.fresh(db => db.execute(sql`update orders set status = 'fulfilling' where id = ${order.id}`))
  })

  test('says what is late, in words', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const { one, order, path } = await bought('late')
    await shop.untilStatus(one, order.id, 'fulfilling')
    await shop.database.fresh(db => db.execute(sql`update order_events set at = at - interval '9 days' where order_id = ${order.id}`))
    await shop.database.fresh(db => db.execute(sql`update outbox set created_at = created_at - interval '9 days' where subject = ${order.id} and type like 'order.%'`))
    const page = await browser.open({ width: 360 })
    await page.goto(path)
    await page.getByText('It should have left by now, and hasn’t.').waitFor()
    await expectFine(page)
    await main(page).getByText('Cancel this order').tap()
    await page.getByRole('button', { name: 'Yes, cancel it' }).tap()
    await page.getByRole('heading', { level: 1, name: /Cancelled|Refunded/ }).waitFor()
    // The figures of the day look back a few days, and the invariants compare both: each would miss it.
    await shop.database.fresh(db => db.execute(sql`update order_events set at = at + interval '9 days' where order_id = ${order.id} and at < now() - interval '8 days'`))
    await shop.database.fresh(db => db.execute(sql`update outbox set created_at = created_at + interval '9 days' where subject = ${order.id} and created_at < now() - interval '8 days'`))
  })

  test.each(plainLooks)('on %s: the same again, with what has changed', async (_, look) => {
    const { one, order, variantId, path } = await bought('again')
    await shop.untilStatus(one, order.id, 'delivered')
    await shop.database.fresh(db => db.execute(sql`update variants set price_minor = 1950 where id = ${variantId}`))
    const page = await browser.open(look)
    await enterAs(page, one)
    await page.goto(path)
    await page.getByRole('button', { name: 'The same again' }).press('Enter')
    await page.getByRole('list', { name: 'What has changed' }).getByText(/now £19\.50, then £18\.00/).waitFor()
    await page.getByRole('link', { name: 'To the basket' }).click()
    await page.waitForURL('**/cart')
    await page.getByText('£19.50').first().waitFor()
  })

  test('on a phone without JavaScript: something is sent back, and why it was not taken is told', async () => {
    const { one, order, path, variantId } = await bought('refused')
    await shop.untilStatus(one, order.id, 'delivered')
    const page = await browser.open({ width: 360, javaScript: false })
    await page.goto(path)
    await page.getByRole('button', { name: 'Send something back' }).click()
    await page.getByRole('combobox').selectOption('1')
    await field(page, 'What is wrong with it?').fill('Too blue')
    await page.getByRole('button', { name: 'Send back' }).click()
    await page.getByText('You asked to send something back').waitFor()
    const admin = await shop.admin()
    const { body } = await one.get<{ returns: { id: string }[] }>(`/api/orders/${order.id}`)
    await admin.request('POST', `/api/admin/returns/${body.returns[0]!.id}/reject`, { reason: 'The box was empty' })
    await shop.settled()
    await page.goto(path)
    await page.getByRole('region', { name: 'Sending things back' }).getByText('We could not take it back: The box was empty').waitFor()
    expect(variantId).toBeTruthy()
    expect(await sidewaysScroll(page)).toBe(0)
  })
})

describe.each(plainLooks)('on %s', (_, look) => {
  test('addresses are kept, changed, put first and deleted, by keyboard', async () => {
    const page = await browser.open({ ...look, expected: [/ 422 /] })
    await page.goto('/account/addresses')
    await page.waitForURL(/\/login\?next=/)
    await enterAs(page, await shop.registered())
    await page.goto('/account/addresses')
    await page.getByText('None so far.').waitFor()
    const fill = async (line1: string) => {
      await field(page, 'Name').fill(anAddress.name)
      await field(page, 'Street and number').fill(line1)
      await field(page, 'City').fill(anAddress.city)
      await field(page, 'Postcode').fill(anAddress.postcode)
      await field(page, 'Postcode').press('Enter')
    }
    const cards = page.getByRole('list', { name: 'Your addresses' }).getByRole('listitem')
    await fill('1 First Street')
    await expect.poll(() => cards.count()).toBe(1)
    await page.getByRole('link', { name: 'Another address' }).press('Enter')
    await page.getByRole('heading', { name: 'Another address' }).waitFor()
    await fill('2 Second Street')
    await expect.poll(() => cards.count()).toBe(2)
    await cards.filter({ hasText: '2 Second' }).getByRole('button', { name: 'Put first' }).press('Enter')
    await expect.poll(() => cards.first().innerText()).toContain('2 Second Street')
    if (!('javaScript' in look)) await expectFine(page)
    await cards.filter({ hasText: '1 First' }).getByRole('link', { name: 'Change' }).press('Enter')
    await page.getByRole('heading', { name: 'Change it' }).waitFor()
    await field(page, 'City').fill('Leeds')
    await field(page, 'City').press('Enter')
    await cards.filter({ hasText: 'Leeds' }).waitFor()
    await cards.filter({ hasText: '2 Second' }).getByRole('button', { name: 'Delete' }).press('Enter')
    await expect.poll(() => cards.count()).toBe(1)
    await cards.filter({ hasText: 'Comes first' }).waitFor()
    expect(await sidewaysScroll(page)).toBe(0)
  })

  test('an account gets another name, and is deleted with the right password', async () => {
    const page = await browser.open({ ...look, expected: [/ 403 /] })
    const email = `${unique('gone')}@example.com`
    await enterAs(page, await shop.registered({ email, password }))
    await page.goto('/account')
    await field(page, 'Name').fill('Ada Lovelace')
    await page.getByRole('button', { name: 'Change the name' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor()
    expect(await page.getByRole('link', { name: 'Download my data' }).getAttribute('href')).toBe('/api/account/data')
    await page.getByRole('link', { name: 'Delete my account' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Delete your account' }).waitFor()
    const typed = page.getByLabel('Your password, to be sure it’s you')
    await typed.fill('not the one')
    await typed.press('Enter')
    await page.getByText('That is not the password you have now').first().waitFor()
    expect(await typed.getAttribute('aria-invalid')).toBe('true')
    if (!('javaScript' in look)) await expectFine(page)
    await typed.fill(password)
    await typed.press('Enter')
    await page.waitForURL('**/goodbye')
    await page.getByRole('heading', { level: 1, name: 'Gone.' }).waitFor()
    if (look.width > 640) await expectFine(page)
    await page.goto('/account')
    await page.waitForURL(/\/login\?next=/)
    const { rows } = await shop.database.fresh(db => db.execute(sql`select 1 from users where email = ${email}`))
    expect(rows).toEqual([])
  })
})
