import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { enterAs } from '../harness/shop-pages.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

// A shop of its own: whether all invariants hold depends on everything else that is done in a shop.
let stack: Stack
let admin: TestShopper
beforeAll(async () => {
  stack = await startStack({ replica: false, redis: false, env: { INVARIANTS_EVERY_MS: '2000' } })
  admin = new TestShopper(stack.urls[0]!)
  await admin.request('POST', '/api/auth/register', { email: 'admin@example.com', password: 'a long password', name: 'Ada' })
  await stack.database.fresh(db => db.execute(sql`update users set role = 'admin' where email = 'admin@example.com'`))
})
afterAll(() => stack?.stop())
const browser = testBrowser(() => stack.urls[0]!)

test.each([360, 1440])('broken and whole are told apart in words, and the page asks again by itself, at %i px', async (width) => {
  const intentId = `pi_${crypto.randomUUID()}`
  const run = async (query: ReturnType<typeof sql>) => (await stack.database.fresh(db => db.execute<{ name: string }>(query))).rows
  // A worker has looked once; the moment of its look is then moved.
  await until(() => run(sql`select name from invariant_checks`), rows => rows.length > 0)
  await run(sql`insert into payment_findings (intent_id, kind, detail, mended) values (${intentId}, 'unknown-charge', '{"amountMinor": 700}', false)`)
  await run(sql`update invariant_checks set checked_at = now() - interval '3 minutes'`)
  await run(sql`update invariant_checks set broken = 1, sample = '["made-up"]', broken_since = now() where name = 'gateway-findings-are-resolved'`)
  const page = await browser.open({ width })
  await enterAs(page, admin)
  await page.clock.install()
  await page.goto('/admin/invariants')
  await page.getByText(/^\d+ of \d+ broken$/).waitFor()
  await page.getByText('gateway-findings-are-resolved broken once').waitFor()
  // Whether a look has met it already or not: as what is open with the gateway, and then as a sample of what is broken, too.
  await page.getByText(`${intentId}, since`).waitFor()
  await run(sql`delete from payment_findings where intent_id = ${intentId}`)
  await until(() => run(sql`select name from invariant_checks where broken > 0 or checked_at < now() - interval '1 minute'`), rows => rows.length === 0, { withinMs: 55_000 })
  await page.clock.runFor(16_000)
  await page.getByText(/^All \d+ hold$/).waitFor()
}, 120_000)
