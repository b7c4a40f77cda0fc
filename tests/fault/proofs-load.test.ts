import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { startPostgresCluster } from '../../scripts/launch/postgres.ts'
import { openDatabase } from '../../server/platform/db/database.ts'
import { leave } from '../../server/platform/http/shutdown.ts'
import { createLifecycle, type Lifecycle } from '../../server/platform/lifecycle.ts'
import { createLoadShedder, type LoadShedder } from '../../server/platform/resilience/load-shedder.ts'
import { startBalancer } from '../harness/balancer.ts'
import { proof } from '../harness/proof.ts'
import { admitEverybody } from '../naive/admit-everybody.ts'
import { closeAtOnce } from '../naive/close-at-once.ts'
import { countEveryFailure } from '../naive/count-every-failure.ts'

afterEach(() => void vi.useRealTimers())

/** A process that ends a hundred requests a second, in the order in which they came, as a loop does. */
function simulate(shedder: LoadShedder, late: (ms: number) => void) {
  const perTick = 10
  const queue: { since: number, over: () => void, buyer: boolean }[] = []
  let [slowestMs, bought, refused] = [0, 0, 0]
  for (let tick = 0; tick < 300; tick++) {
    for (let one = 0; one < 51; one++) {
      const buyer = one === 25
      const over = shedder.admit(buyer ? 'buying' : 'searching')
      if (over) queue.push({ since: tick, over, buyer })
      else refused += 1
    }
    for (const { since, over, buyer } of queue.splice(0, perTick)) {
      over()
      if (!buyer) continue
      bought += 1
      slowestMs = Math.max(slowestMs, (tick - since) * 100)
    }
    late(queue.length / perTick * 100)
    vi.advanceTimersByTime(100)
  }
  const waiting = queue.filter(one => one.buyer)
  return { slowestMs: Math.max(slowestMs, ...waiting.map(one => (300 - one.since) * 100)), bought, waiting: waiting.length, refused }
}

test('without shedding, buyers wait behind everybody who searches', async () => {
  vi.useFakeTimers()
  let delayMs = 0
  const delay = { readMs: () => delayMs, stop: () => {} }
  await proof({
    pattern: 'load-shedding',
    claim: 'With five times as much asked as can be answered for 30 s, no buyer waits for longer than 10 s.',
    real: () => createLoadShedder({ enabled: true, maxInFlight: 500, targetDelayMs: 100 }, delay),
    naive: admitEverybody,
    check(open: () => LoadShedder) {
      delayMs = 0
      const shedder = open()
      const { slowestMs, bought, waiting, refused } = simulate(shedder, ms => (delayMs = ms))
      shedder.stop()
      return { violations: slowestMs > 10_000 ? waiting + 1 : 0, bought, stillWaiting: waiting, slowestBuyerMs: slowestMs, refused }
    },
  })
})

/** A small process with a readiness probe and an answer that takes a moment. */
async function smallProcess(lifecycle: Lifecycle): Promise<{ server: Server, url: string }> {
  const server = createServer((request, response) => {
    if (request.url === '/api/health/ready') return void response.writeHead(lifecycle.phase() === 'serving' ? 200 : 503).end()
    if (lifecycle.phase() === 'leaving') response.setHeader('connection', 'close')
    setTimeout(() => response.end('{}'), 20)
  })
  lifecycle.serve()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

type Leave = (options: { servers: ReadonlySet<Server>, lifecycle: Lifecycle, delayMs: number, drainMs: number }) => Promise<unknown>

test('without telling the balancer first, a deploy fails what it is sent', () => proof({
  pattern: 'graceful-shutdown',
  claim: 'Of the orders that are sent while one of two processes leaves, each is answered.',
  real: leave as Leave,
  naive: closeAtOnce as Leave,
  async check(end) {
    const lifecycles = [createLifecycle(), createLifecycle()]
    const [leaving, staying] = await Promise.all(lifecycles.map(smallProcess))
    const balancer = await startBalancer([leaving!.url, staying!.url], { probeMs: 300 })
    let [running, sent, failed] = [true, 0, 0]
    const lines = Array.from({ length: 6 }, async () => {
      while (running) {
        sent += 1
        const answer = await fetch(`${balancer.url}/api/orders`, { method: 'POST', body: '{}' })
        await answer.text()
        if (answer.status !== 200) failed += 1
      }
    })
    await pause(200)
    await end({ servers: new Set([leaving!.server]), lifecycle: lifecycles[0]!, delayMs: 3_000, drainMs: 5_000 })
    await pause(100)
    running = false
    await Promise.all(lines)
    await balancer.stop()
    expect(sent).toBeGreaterThan(20)
    return { violations: failed, processes: 2, failed }
  },
}))

test('without telling a crowd from a dead primary, a crowd closes the door for everybody', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'crowd-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const cluster = await startPostgresCluster({ dataDir, replica: false, settings: { fsync: 'off' } })
  onTestFinished(() => cluster.stop())
  const database = openDatabase({ primaryUrl: cluster.primaryUrl, poolMax: 2, replicaMaxLagMs: 10_000, name: 'crowd' })
  onTestFinished(() => database.close())
  const { primary } = database.pools
  await proof({
    pattern: 'read-write-split',
    name: 'crowd',
    claim: 'When a crowd has waited in vain for our connections, the next one who comes is served at once.',
    real: (statement: string) => database.fresh(db => db.execute(statement)),
    naive: countEveryFailure(primary),
    async check(query: (statement: string) => Promise<unknown>) {
      const held = await Promise.all([primary.connect(), primary.connect()])
      const crowd = await Promise.allSettled(Array.from({ length: 6 }, () => query('select 1')))
      held.forEach(client => client.release())
      const next = await Promise.allSettled(Array.from({ length: 3 }, () => query('select 1')))
      const refused = next.filter(one => one.status === 'rejected').length
      return { violations: refused, crowd: crowd.length, toldToWait: crowd.filter(one => one.status === 'rejected').length, refusedAfterwards: refused }
    },
  })
})
