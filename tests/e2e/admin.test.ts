import { eq, sql } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buryEvent } from '../../server/platform/outbox/dead-letters.ts'
import { deadLetters } from '../../server/platform/outbox/tables.ts'
import { axeFindings } from '../harness/axe.ts'
import { sidewaysScroll, testBrowser } from '../harness/browser.ts'
import { runningShop } from '../harness/running-shop.ts'
import { enterAs, field, register } from '../harness/shop-pages.ts'
import { type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
let admin: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
})
afterAll(shop.close)

/** A letter to a subscriber that no worker has and no other test clears away, so that this test alone moves it. */
async function letter(orderId = 'unreadable') {
  const eventId = crypto.randomUUID()
  await shop.database.fresh(db => buryEvent(db, { event: { id: eventId, type: 'order.paid', subject: eventId, payload: { orderId } }, subscriber: 'nobody-in-a-browser', error: 'Invalid UUID at orderId', attempts: 8 }))
  const rowOf = async () => (await shop.database.fresh(db => db.select().from(deadLetters).where(eq(deadLetters.eventId, eventId))))[0]!
  const { id } = await rowOf()
  onTestFinished(async () => void await shop.database.fresh(db => db.delete(deadLetters).where(eq(deadLetters.id, id))))
  return { id, rowOf, becomes: (status: 'waiting' | 'resolved') => shop.database.fresh(db => db.update(deadLetters).set({ status }).where(eq(deadLetters.id, id))) }
}

async function openAsAdmin(path: string, look: Parameters<typeof browser.open>[0]): Promise<Page> {
  const page = await browser.open(look)
  await enterAs(page, admin)
  await page.goto(path)
  return page
}
const card = (page: Page, id: number) => page.getByRole('article', { name: `#${id}` })

describe.each([360, 1440])('the admin pages at %i px', (width) => {
  test('a letter is mended, replayed and followed until it is resolved, by keyboard', async () => {
    const { id, rowOf, becomes } = await letter()
    const page = await openAsAdmin('/admin/dead-letters', { width })
    await card(page, id).getByText('Read or mend the payload').focus()
    await page.keyboard.press('Enter')
    const payload = card(page, id).getByRole('textbox', { name: 'Payload, as JSON' })
    await payload.fill('{ "orderId": ')
    await card(page, id).getByRole('button', { name: 'Save the payload' }).press('Enter')
    await card(page, id).getByRole('alert').getByText('That is not JSON').waitFor()
    expect(await payload.getAttribute('aria-invalid')).toBe('true')
    await payload.fill('[]')
    await card(page, id).getByRole('button', { name: 'Save the payload' }).press('Enter')
    await card(page, id).getByRole('alert').getByText('one JSON object').waitFor()
    await payload.fill('{ "orderId": "mended" }')
    await card(page, id).getByRole('button', { name: 'Save the payload' }).press('Enter')
    await card(page, id).getByRole('button', { name: 'Replay' }).waitFor()
    expect((await rowOf()).payload).toEqual({ orderId: 'mended' })
    await card(page, id).getByRole('button', { name: 'Replay' }).press('Enter')
    await until(rowOf, row => row.replays === 1)
    await becomes('resolved')
    await card(page, id).getByText('Resolved', { exact: true }).waitFor()
    expect(await card(page, id).getByRole('button').count()).toBe(0)
  })

  test('a letter is discarded only after a second word, and one that fails again waits again', async () => {
    const [thrown, failing] = [await letter(), await letter()]
    const page = await openAsAdmin('/admin/dead-letters', { width })
    await card(page, thrown.id).getByRole('button', { name: 'Discard' }).click()
    expect((await thrown.rowOf()).status).toBe('waiting')
    await card(page, thrown.id).getByRole('button', { name: 'No, keep it' }).click()
    await card(page, thrown.id).getByRole('button', { name: 'Discard' }).click()
    await card(page, thrown.id).getByRole('button', { name: 'Yes, discard it' }).click()
    await card(page, thrown.id).getByText('Discarded', { exact: true }).waitFor()
    await card(page, failing.id).getByRole('button', { name: 'Replay' }).click()
    await until(failing.rowOf, row => row.replays === 1)
    await failing.becomes('waiting')
    await card(page, failing.id).getByText('Waiting for you').waitFor()
    await card(page, failing.id).getByRole('button', { name: 'Replay' }).waitFor()
    await page.getByRole('navigation', { name: 'By status' }).getByRole('link', { name: /^Discarded/ }).click()
    await card(page, failing.id).waitFor({ state: 'detached' })
    await card(page, thrown.id).waitFor()
  })

  test('a letter that somebody else has decided meanwhile says so', async () => {
    const { id, becomes } = await letter()
    const page = await openAsAdmin('/admin/dead-letters', { width, expected: [/ 409 /] })
    await becomes('resolved')
    await card(page, id).getByRole('button', { name: 'Replay' }).click()
    await card(page, id).getByText('has decided over this one already').waitFor()
    await card(page, id).getByText('Resolved', { exact: true }).waitFor()
  })

  test('axe finds nothing, nothing scrolls sideways, and JavaScript is not needed to read', async () => {
    const { id } = await letter('x'.repeat(300))
    const page = await openAsAdmin('/admin/invariants', { width })
    for (const path of ['/admin/invariants', '/admin/dead-letters?status=all']) {
      await page.goto(path)
      expect((await axeFindings(page)).map(line => `${path} ${line}`)).toEqual([])
      expect(await sidewaysScroll(page)).toBe(0)
    }
    const plain = await openAsAdmin('/admin/dead-letters', { width, javaScript: false })
    expect(await card(plain, id).textContent()).toContain('Invalid UUID at orderId')
    await card(plain, id).getByText('need JavaScript').waitFor()
    expect(await card(plain, id).getByRole('button').count()).toBe(0)
  }, 120_000)
})

describe('who is no admin', () => {
  test('logs in first and comes back, and as a shopper finds no such page', async () => {
    const page = await browser.open({ expected: [/ 404 /] })
    const email = `${crypto.randomUUID()}@example.com`
    await register(page, { email, password: 'a long password' })
    expect(await page.getByRole('link', { name: 'Operations' }).count()).toBe(0)
    expect((await page.goto('/admin/dead-letters'))!.status()).toBe(404)
    await page.context().clearCookies()
    await page.goto('/admin/dead-letters')
    await page.waitForURL(/\/login\?next=/)
    await shop.database.fresh(db => db.execute(sql`update users set role = 'admin' where email = ${email}`))
    await field(page, 'E-mail').fill(email)
    await page.getByLabel('Password').fill('a long password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: 'Dead letters', level: 1 }).waitFor()
    await page.goto('/account')
    await page.getByRole('link', { name: 'Operations' }).waitFor()
  })
})
