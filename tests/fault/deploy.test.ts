import { Agent, get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rollOut } from '../../scripts/ops/rollout.ts'
import type { Health } from '../../shared/schemas/health.ts'
import { type Balancer, startBalancer } from '../harness/balancer.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { localFleet } from '../harness/local-ops.ts'
import { long } from '../harness/long.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

const backends: string[] = []
let balancer: Balancer
let stack: Stack
let failures = 0
let fleet: ReturnType<typeof localFleet>
beforeAll(async () => {
  balancer = await startBalancer(backends)
  const hook = `${balancer.url}/api`
  stack = await startStack({
    web: 2, worker: 2,
    env: { SHUTDOWN_DELAY_MS: '3000', SHUTDOWN_TIMEOUT_MS: '20000', OUTBOX_LOST_AFTER_MS: '5000', QUEUE_LOCK_MS: '3000', SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000' },
    sandbox: { WEBHOOK_URL: `${hook}/payments/webhook`, CARRIER_WEBHOOK_URL: `${hook}/fulfilment/webhook` },
  })
  fleet = localFleet({ stack, backends, failures: () => failures, envOf: release => ({ APP_VERSION: release, ...(release === 'broken' && { DATABASE_URL: 'none' }) }) })
})
afterAll(async () => {
  await balancer?.stop()
  await stack?.stop()
})

/** Mostly cheap ones: it is their number that counts, and that some of them are pages. */
const paths = [...Array.from({ length: 17 }, () => '/api/health/live'), '/api/products?limit=5', '/api/products/deploy', '/products/deploy']

const leastRequests = long ? 10_000 : 2_000

/** Paid, or taken while the gateway has not answered yet, which a busy machine may bring about: then the order is paid a moment later. */
const taken = [201, 202]

/** Asks through the balancer without a pause, so many at once, until told to stop; counts the answers by status. */
function startCrowd(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const answers: Record<string, number> = {}
  let asked = 0
  let going = true
  const ask = () => new Promise<void>((resolve) => {
    const count = (status: string) => {
      answers[status] = (answers[status] ?? 0) + 1
      resolve()
    }
    const request = get(`${url}${paths[asked++ % paths.length]}`, { agent, timeout: 20_000 }, (answer) => {
      answer.resume().once('end', () => count(String(answer.statusCode))).once('error', () => count('cut off'))
    })
    request.once('timeout', () => request.destroy(new Error('too late'))).once('error', error => count(error.message))
  })
  const lines = Array.from({ length: connections }, async () => {
    while (going) await ask()
  })
  return {
    asked: () => asked,
    async stop() {
      going = false
      await Promise.all(lines)
      agent.destroy()
      return answers
    },
  }
}

const versions = async () => [...new Set(await Promise.all(Array.from({ length: 6 }, async () => (await (await fetch(`${balancer.url}/api/health`)).json() as Health).version)))]

describe('a rolling deploy', () => {
  test(`when every web and worker is replaced under load, then of ${leastRequests.toLocaleString('en-GB')} requests or more none fails, and each order has each effect once`, async () => {
    const [variantId] = await addProduct(stack.database, product('deploy', { stock: 2_000 }))
    let buying = true
    const statuses: number[] = []
    const buyer = (async () => {
      while (buying) {
        const { status } = await new TestShopper(balancer.url).buy(variantId!).catch(() => ({ status: 0 }))
        statuses.push(status)
        if (!taken.includes(status)) failures += 1
      }
    })()
    const old = fleet.pids()
    const crowd = startCrowd(balancer.url, 8)
    const from = performance.now()
    const { replaced } = await rollOut(fleet, { release: 'new' })
    const tookMs = performance.now() - from
    const during = crowd.asked()
    await until(async () => crowd.asked(), asked => asked >= leastRequests, { withinMs: 120_000, everyMs: 200 })
    buying = false
    await buyer
    const answers = await crowd.stop()
    expect(replaced).toBe(4)
    expect(fleet.pids().filter(pid => old.includes(pid))).toEqual([])
    expect(await versions()).toEqual(['new'])
    process.stdout.write(`deploy: 4 instances replaced in ${Math.round(tookMs)} ms under ${during} of ${crowd.asked()} requests and ${statuses.length} purchases: ${JSON.stringify(answers)}, ${balancer.retries()} sent again\n`)
    expect(Object.keys(answers)).toEqual(['200'])
    expect(statuses.filter(status => !taken.includes(status))).toEqual([])
    await until(() => brokenInvariants(stack.database, stack.sandbox.url), broken => Object.keys(broken).length === 0, { everyMs: 500 })
  }, 240_000)

  test('when the new release does not get ready, then the old one serves on and the deploy says why', async () => {
    const before = (await fleet.list()).map(one => one.id)
    await expect(rollOut(fleet, { release: 'broken', readyWithinMs: 3_000 })).rejects.toThrow(/broken was not taken into service/)
    expect((await fleet.list()).map(one => one.id)).toEqual(before)
    expect(await versions()).toEqual(['new'])
  })
})
