import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Child } from '../../scripts/launch/child.ts'
import type { Order, OrderEventView } from '../../shared/schemas/orders.ts'
import { type Balancer, startBalancer } from '../harness/balancer.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

const settings = { SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000', SHUTDOWN_DELAY_MS: '1000', SHUTDOWN_TIMEOUT_MS: '20000' }
let stack: Stack
let balancer: Balancer
let variantId: string
beforeAll(async () => {
  stack = await startStack({ web: 2, env: settings, sandbox: { CARRIER_STEP_MS: '4000' } })
  balancer = await startBalancer(stack.urls)
  variantId = (await addProduct(stack.database, product('rolling', { stock: 1_000 })))[0]!
})
afterAll(async () => {
  await balancer?.stop()
  await stack?.stop()
})

/** The process itself, not its tree: as an orchestrator does, and without the launcher's own grace. */
const terminate = (child: Child) => process.kill(child.pid, 'SIGTERM')
const statusOf = async (url: string) => (await fetch(url)).status

/** Asks through the balancer without a pause until told to stop; answers what was wrong. */
function keepAsking(paths: readonly string[]) {
  let running = true
  let asked = 0
  const wrong: string[] = []
  const lines = paths.map(async (path) => {
    while (running) {
      const answer = await fetch(`${balancer.url}${path}`, { signal: AbortSignal.timeout(30_000) }).catch((error: unknown) => String(error))
      asked += 1
      if (typeof answer === 'string') wrong.push(`${path}: ${answer}`)
      else if ((await answer.text(), answer.status !== 200)) wrong.push(`${path}: ${answer.status}`)
    }
  })
  return async () => {
    running = false
    await Promise.all(lines)
    return { asked, wrong }
  }
}

interface Heard { events: (OrderEventView & { lsn: string })[], retryMs: number | null }

/** One connection of an order's stream, to its end or until `enough`. */
async function listen(url: string, cookie: string, lastEventId: string | undefined, enough: (heard: Heard) => boolean): Promise<Heard> {
  const leave = new AbortController()
  const response = await fetch(url, { headers: { accept: 'text/event-stream', cookie, ...(lastEventId && { 'last-event-id': lastEventId }) }, signal: AbortSignal.any([leave.signal, AbortSignal.timeout(60_000)]) })
  expect(response.status).toBe(200)
  const heard: Heard = { events: [], retryMs: null }
  let rest = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const data = /^data: (\S.*)$/m.exec(block)?.[1]
      if (data) heard.events.push(JSON.parse(data) as Heard['events'][number])
      if (/^event: leaving$/m.test(block)) heard.retryMs = Number(/^retry: (\d+)$/m.exec(block)?.[1])
    }
    if (enough(heard)) break
  }
  leave.abort()
  return heard
}

/** Puts one in the basket and goes to the checkout, ready to pay. */
async function readyToPay(url: string) {
  const shopper = new TestShopper(url)
  expect((await shopper.add(variantId)).status).toBe(200)
  const { body, status } = await shopper.checkout()
  expect(status).toBe(201)
  return { shopper, checkoutId: body.id }
}

describe.each(['killed', 'frozen'] as const)('when one of two processes is %s while a shopper buys', (how) => {
  test('then the same key on the other one is one order, and who reads notices nothing', async () => {
    const { child, url } = await stack.startWeb()
    const two = await startBalancer([url, stack.urls[0]!])
    const { shopper, checkoutId } = await readyToPay(url)
    const key = crypto.randomUUID()
    await stack.sandbox.faults('payments', { slowMs: 700 })
    const lost = shopper.pay(checkoutId, { key }).catch(() => null)
    await until(() => stack.database.fresh(async db => (await db.execute(`select 1 from orders where checkout_id = '${checkoutId}'`)).rows.length), rows => rows === 1)
    if (how === 'killed') await child.kill()
    else child.freeze()
    try {
      const reads = await Promise.all(Array.from({ length: 6 }, () => statusOf(`${two.url}/api/products?limit=2`)))
      expect(reads).toEqual(Array(6).fill(200))
      // A key's holder counts as dead after 20 s. Move the lock back so that most of them have passed.
      await stack.database.fresh(db => db.execute(sql`update idempotency_keys set locked_until = locked_until - interval '16 seconds' where key = ${key}`))
      const again = new TestShopper(stack.urls[0]!)
      again.cookie = shopper.cookie
      const { body } = await until(() => again.pay(checkoutId, { key }), answer => answer.status === 201, { withinMs: 40_000, everyMs: 300 })
      const { intents } = await (await fetch(`${stack.sandbox.url}/ledger?orderId=${body.id}`)).json() as { intents: { capturedMinor: number }[] }
      expect(intents.map(intent => intent.capturedMinor)).toEqual([body.totalMinor])
    }
    finally {
      if (how === 'frozen') child.resume()
      await stack.sandbox.faults('payments', {})
      await two.stop()
    }
    const answer = await lost
    if (answer?.status === 201) expect(answer.body.id).toBeTruthy()
    await child.kill()
  }, 90_000)
})

describe('when a process is told to stop under load', () => {
  test('then readiness fails at once while it goes on answering, no request fails, an order in its hands is completed, its streams go on elsewhere, and it exits 0', async () => {
    // The outside world calls the first one back, so the second one leaves first.
    const [firstUrl, leavingUrl] = stack.urls as [string, string]
    const leaving = stack.webs[1]!
    const watcher = new TestShopper(leavingUrl)
    const { body: watched } = await watcher.buy(variantId)
    const buyer = await readyToPay(leavingUrl)
    const listening = listen(`${leavingUrl}/api/orders/${watched.id}/events`, watcher.cookie, undefined, () => false)
    const enough = keepAsking(['/', '/api/products?limit=3', '/products/rolling', '/categories/mugs', '/api/auth/session', '/cart'])
    await until(() => statusOf(`${balancer.url}/api/health/live`), status => status === 200)
    await stack.sandbox.faults('payments', { slowMs: 900 })
    const paying = buyer.shopper.pay(buyer.checkoutId)
    await until(async () => (await (await fetch(`${stack.sandbox.url}/ledger`)).json() as { intents: unknown[] }).intents.length, count => count >= 2)

    terminate(leaving)
    const from = performance.now()
    expect(await until(() => statusOf(`${leavingUrl}/api/health/ready`), status => status === 503, { withinMs: 900, everyMs: 10 })).toBe(503)
    expect(await (await fetch(`${leavingUrl}/api/health/ready`)).json()).toEqual({ status: 'fail', failed: ['leaving'] })
    const live = await fetch(`${leavingUrl}/api/health/live`)
    expect([live.status, live.headers.get('connection')]).toEqual([200, 'close'])

    const first = await listening
    expect(first.events.length).toBeGreaterThan(0)
    expect(first.events.map(event => event.status)).not.toContain('delivered')
    expect(first.retryMs).toBeGreaterThanOrEqual(500)
    expect(first.retryMs).toBeLessThanOrEqual(3_000)
    const rest = await listen(`${balancer.url}/api/orders/${watched.id}/events`, watcher.cookie, first.events.at(-1)?.id, heard => heard.events.some(event => event.status === 'delivered'))
    expect([...first.events, ...rest.events].map(event => event.status)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])

    const paid = await paying
    await stack.sandbox.faults('payments', {})
    const ending = await leaving.ending
    expect(ending.reason).toBe('exit code 0')
    expect(performance.now() - from).toBeLessThan(21_000)
    expect([201, 202]).toContain(paid.status)
    const elsewhere = new TestShopper(firstUrl)
    elsewhere.cookie = buyer.shopper.cookie
    await until(() => elsewhere.get<Maybe<Order>>(`/api/orders/${paid.body.id}`), answer => answer.status === 200 && answer.body.status !== 'pending')

    // As a rolling restart goes on: the new one comes, and the other one leaves.
    await stack.startWeb(Number(new URL(leavingUrl).port))
    await until(() => statusOf(`${leavingUrl}/api/health/ready`), status => status === 200)
    await until(async () => balancer.sendsTo(leavingUrl), Boolean)
    terminate(stack.webs[0]!)
    expect((await stack.webs[0]!.ending).reason).toBe('exit code 0')
    const { asked, wrong } = await enough()
    console.log(`${asked} requests during a rolling restart, ${wrong.length} failed, ${balancer.retries()} sent again`)
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(20)
  }, 150_000)

  test('then a second signal ends it at once, whatever it waits for', async () => {
    const { child, url } = await stack.startWeb(undefined, { SHUTDOWN_DELAY_MS: '60000' })
    terminate(child)
    await until(() => statusOf(`${url}/api/health/ready`), status => status === 503)
    expect(child.pid).not.toBe(0)
    terminate(child)
    expect((await child.ending).reason).toBe('exit code 1')
  })
})
