/**
 * Each alert is fired by its cause. The fault is brought about on a running shop, its real metrics are read before and meanwhile, and
 * promtool is given these looks as if they had gone on for as long as the rule asks: the alert must then fire, and on the calm alone not.
 */
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy } from '../harness/fault-proxy.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { type Looks, readRules, type Rule, tryAlert } from '../harness/rule-test.ts'
import { nameOf, type Scrape, scrape, type Target } from '../harness/scrape.ts'
import { TestShopper } from '../harness/shopper.ts'
import { type Dependency, type Stack, startStack } from '../harness/stack.ts'

const [rules, recording] = await Promise.all([readRules('alerts.yml'), readRules('recording.yml')])

const proxied = ['primary', 'replica', 'cache', 'queue', 'gateway'] as const satisfies Dependency[]
const proxies = {} as Record<typeof proxied[number], FaultProxy>
let stack: Stack
/** The second web process; it counts limits, and takes few requests at once. */
let second: Awaited<ReturnType<Stack['startWeb']>>
let targets: Target[]
let variantId: string

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const shopper = (url = stack.urls[0]!) => new TestShopper(url)
const hit = (path: string, url = stack.urls[0]!) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) }).then(async response => void await response.arrayBuffer(), () => {})
let serial = 0
/** An address that no cache has seen. */
const unseen = () => `/api/products?minPrice=${++serial}`
const values = (looks: readonly Scrape[], fits: RegExp) => looks.flatMap(({ samples }) => [...samples].filter(([series]) => fits.test(series)).map(([, value]) => value))
const most = (looks: readonly Scrape[], fits: RegExp) => Math.max(-1, ...values(looks, fits))
const least = (looks: readonly Scrape[], fits: RegExp) => Math.min(Infinity, ...values(looks, fits))

/** Looks until it shows, and then once more. */
async function looksAt(shows: (looks: Scrape[]) => boolean, { meanwhile = () => pause(600), withinMs = 25_000, answerMs = 5_000 }: { meanwhile?: () => Promise<unknown>, withinMs?: number, answerMs?: number } = {}): Promise<Looks> {
  for (const end = performance.now() + withinMs; ;) {
    const first = await scrape(targets, { withinMs: answerMs })
    await meanwhile()
    const last = await scrape(targets, { withinMs: answerMs })
    if (shows(last)) return [first, last]
    if (performance.now() > end) throw new Error('what was caused does not show')
  }
}

/** A lock on the primary that holds up whoever writes there, and lets readers pass. */
async function locked<T>(tables: string, work: () => Promise<T>, mode = 'exclusive'): Promise<T> {
  const client = new pg.Client(stack.cluster.primaryUrl)
  await client.connect()
  try {
    await client.query(`begin; lock table ${tables} in ${mode} mode`)
    return await work()
  }
  finally {
    await client.end()
  }
}

async function prepared(count: number, url?: string): Promise<TestShopper[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    const one = shopper(url)
    await one.add(variantId)
    return one
  }))
}

const calmTraffic = async () => {
  const [one] = await prepared(1)
  const { body } = await one!.checkout()
  await one!.pay(body.id)
  for (let request = 0; request < 15; request++) await hit(request % 3 ? '/api/products?limit=5' : unseen())
}

/** Nothing late and nothing refused: a shared machine is not always calm. */
const isCalm = ([first, last]: Looks) => most(last, /^nodejs_eventloop_lag_p99_seconds/) < 0.2 && most(last, /state="waiting",role|state="waiting"/) === 0
  && ['0.3', '0.8'].every((bound, place) => {
    const method = place === 0 ? 'GET' : 'POST'
    const grew = (looks: readonly Scrape[], series: RegExp) => values(looks, series).reduce((sum, value) => sum + value, 0)
    const all = new RegExp(`^http_request_duration_seconds_count\\{.*method="${method}"`)
    const quick = new RegExp(`^http_request_duration_seconds_bucket\\{(?=.*le="${bound}").*method="${method}"`)
    return grew(last, all) - grew(first, all) === grew(last, quick) - grew(first, quick)
  })

let calm: Looks
const faults = new Map<string, Looks>()
/** Brings one cause about, and keeps what was seen of it for the alerts that it must fire. */
async function cause(alerts: string[], fault: () => Promise<Looks>): Promise<void> {
  const looks = await fault()
  for (const alert of alerts) faults.set(alert, looks)
}

const slowly = (proxy: FaultProxy) => proxy.behave({ is: 'slow', ms: 350 })
const well = (proxy: FaultProxy) => proxy.behave({ is: 'pass' })

const causes: Record<string, () => Promise<void>> = {
  'an event of another shape, and stock from nowhere': () => cause(['DeadLetters', 'InvariantBroken'], async () => {
    await stack.database.fresh(db => db.execute(sql`insert into outbox (event_id, type, subject, payload) values (gen_random_uuid(), 'order.paid', 'nobody', '{}')`))
    await stack.database.fresh(db => db.execute(sql`update stock set received = received + 1, on_hand = on_hand + 1 where variant_id = ${variantId}`))
    // Somebody looked a moment ago: as if that were longer.
    await stack.database.fresh(db => db.execute(sql`update invariant_checks set checked_at = checked_at - interval '1 minute'`))
    const looks = await looksAt(seen => most(seen, /^dead_letters\{status="waiting"/) > 0 && most(seen, /^invariant_broken/) > 0)
    await stack.database.fresh(db => db.execute(sql`update stock set received = received - 1, on_hand = on_hand - 1 where variant_id = ${variantId}`))
    return looks
  }),
  'nobody can write down what was looked at, nor let go of stock': () => cause(['InvariantsNotLookedAt', 'HoldsAreNotSwept'], async () => {
    const [one] = await prepared(1)
    await one!.checkout()
    return locked('invariant_checks, stock_holds', () => looksAt(seen => most(seen, /^stock_holds\{state="overdue"/) > 0 && most(seen, /^invariants_age_seconds/) > 2))
  }),
  'effects cannot be recorded, so that jobs wait and fail': () => cause(['QueueIsStuck', 'JobsKeepFailing'], async () => {
    const shoppers = await prepared(16)
    const checkouts = await Promise.all(shoppers.map(one => one.checkout()))
    return locked('effects', async () => {
      await Promise.all(shoppers.map((one, place) => one.pay(checkouts[place]!.body.id)))
      return looksAt(seen => ['waiting', 'delayed'].every(state => most(seen, new RegExp(`^queue_oldest_job_seconds\\{.*state="${state}"`)) > 0.5), { meanwhile: () => pause(400) })
    })
  }),
  'the queue\'s Redis refuses': () => cause(['QueueRedisDown', 'OutboxIsStuck'], async () => {
    await proxies.queue.behave({ is: 'refuse' })
    await calmTraffic()
    const looks = await looksAt(seen => most(seen, /^redis_up\{redis="queue"/) === 0 && most(seen, /^outbox_oldest_seconds/) > 0.5)
    await well(proxies.queue)
    return looks
  }),
  'the cache\'s Redis hangs': () => cause(['CacheRedisDown', 'LimiterIsAlone'], async () => {
    await proxies.cache.behave({ is: 'hang' })
    const looks = await looksAt(seen => most(seen, /^redis_up\{redis="cache"/) === 0 && most(seen, /^rate_limit_decisions_total\{.*degraded="true"/) > 1, { meanwhile: async () => {
      for (let request = 0; request < 6; request++) await hit('/api/cart', second.url)
    } })
    await well(proxies.cache)
    return looks
  }),
  'the payment gateway refuses': () => cause(['BreakerOpen'], async () => {
    const shoppers = await prepared(8)
    const checkouts = await Promise.all(shoppers.map(one => one.checkout()))
    await proxies.gateway.behave({ is: 'refuse' })
    for (const [place, one] of shoppers.entries()) await one.pay(checkouts[place]!.body.id)
    const looks = await looksAt(seen => most(seen, /^outbound_breaker\{outbound="the payment gateway",state="open"/) === 1, { meanwhile: () => pause(100) })
    await well(proxies.gateway)
    return looks
  }),
  'the replica stops replaying, and then does not answer': async () => {
    const client = new pg.Client(stack.cluster.replica!.adminUrl)
    await client.connect()
    await client.query('select pg_wal_replay_pause()')
    await cause(['ReplicaLags'], async () => {
      await calmTraffic()
      return looksAt(seen => most(seen, /^replica_lag_seconds/) > 0.5)
    })
    await client.query('select pg_wal_replay_resume()')
    await client.end()
    await cause(['ReplicaOutOfRotation'], async () => {
      await proxies.replica.behave({ is: 'hang' })
      const looks = await looksAt(seen => least(seen, /^replica_usable/) === 0)
      await well(proxies.replica)
      return looks
    })
  },
  'both databases are slow, with a crowd before them': () => cause(['ReadsAreSlow', 'CheckoutIsSlow', 'RequestsAreShed'], async () => {
    const shoppers = await prepared(4)
    await Promise.all([slowly(proxies.primary), slowly(proxies.replica)])
    const looks = await looksAt(seen => most(seen, /^requests_shed_total/) > 3, { meanwhile: () => Promise.all([
      ...shoppers.map(one => one.checkout()),
      ...Array.from({ length: 4 }, () => hit(unseen())),
      ...Array.from({ length: 30 }, () => hit(unseen(), second.url)),
    ]) })
    await Promise.all([well(proxies.primary), well(proxies.replica)])
    return looks
  }),
  'a table is locked that carts need': () => cause(['PoolHasWaiters'], () => locked('cart_items', async () => {
    let going = true
    const crowd = Promise.all(Array.from({ length: 30 }, async () => {
      while (going) await shopper().add(variantId).catch(() => {})
    }))
    try {
      return await looksAt(seen => most(seen, /^pg_pool_connections\{.*state="waiting"/) > 0)
    }
    finally {
      going = false
      void crowd
    }
  }, 'access exclusive')),
  'the primary refuses': () => cause(['PrimaryUnreachable', 'ErrorBudgetBurnsInHours', 'ErrorBudgetBurnsInDays', 'ErrorBudgetBurnsInTenDays', 'ErrorBudgetBurnsInAMonth'], async () => {
    await proxies.primary.behave({ is: 'refuse' })
    const looks = await looksAt(seen => most(seen, /^pg_primary_up/) === 0 && most(seen, /^http_requests_total\{.*status="5xx"/) > 0, { meanwhile: async () => {
      for (let request = 0; request < 8; request++) await shopper().add(variantId)
    } })
    await well(proxies.primary)
    return looks
  }),
  'a process gets no CPU': () => cause(['EventLoopIsLate'], () => looksAt(seen => most(seen, /^nodejs_eventloop_lag_p99_seconds/) > 0.35, { meanwhile: async () => {
    for (let pulse = 0; pulse < 4; pulse++) {
      second.child.freeze()
      await pause(450)
      second.child.resume()
      await pause(20)
    }
  } })),
  'processes stand still': async () => {
    const still = (fits: (looks: Scrape[]) => boolean) => looksAt(fits, { answerMs: 1_500, meanwhile: () => pause(10) })
    second.child.freeze()
    stack.workers[0]!.freeze()
    await cause(['WebInstanceDown', 'NoWorker'], () => still(seen => seen.filter(one => !one.up).length === 2))
    stack.webs[0]!.freeze()
    await cause(['NoWebInstance'], () => still(seen => seen.every(one => !one.up)))
    for (const child of [...stack.webs, ...stack.workers, second.child]) child.resume()
  },
  'the standby dies, and the primary goes on writing': () => cause(['StandbyIsAway', 'SlotKeepsTooMuchLog'], async () => {
    await stack.cluster.replica!.kill()
    const client = new pg.Client(stack.cluster.primary.adminUrl)
    await client.connect()
    for (let segment = 0; segment < 10; segment++) await client.query(`select pg_logical_emit_message(false, 'test', 'so that there is something to switch from'), pg_switch_wal()`)
    await client.end()
    return looksAt(seen => least(seen, /^pg_replication_slot_active/) === 0 && most(seen, /^pg_replication_slot_retained_bytes/) > 128e6)
  }),
}

beforeAll(async () => {
  for (const name of proxied) proxies[name] = await startFaultProxy()
  stack = await startStack({
    postgres: 'own',
    between: (name, url) => (name in proxies ? proxies[name as keyof typeof proxies].inFrontOf(url) : url),
    env: { INVARIANTS_EVERY_MS: '1000', HOLD_MINUTES: '0.05', QUEUE_FIRST_PAUSE_MS: '3000', DATABASE_POOL_MAX: '6', LOG_LEVEL: 'error' },
    sandbox: { CARRIER_STEP_MS: '200' },
  })
  second = await stack.startWeb(undefined, { RATE_LIMITS: 'on', MAX_IN_FLIGHT: '20' })
  ;[variantId] = await addProduct(stack.database, product('watched', { stock: 500 })) as [string]
  targets = [{ job: 'web', instance: 'web-1', url: stack.urls[0]! }, { job: 'web', instance: 'web-2', url: second.url }, { job: 'worker', instance: 'worker-1', url: stack.workerUrls[0]! }]
  await calmTraffic()
  await scrape(targets)
  calm = await looksAt(() => true, { meanwhile: calmTraffic })
  for (let again = 0; again < 12 && !isCalm(calm); again++) calm = await looksAt(() => true, { meanwhile: calmTraffic })
})
afterAll(async () => {
  await stack?.stop()
  await Promise.all(Object.values(proxies).map(proxy => proxy.close()))
})

describe('the causes', () => {
  test('when all is calm, then every process tells of itself', () => {
    expect(calm[1].map(({ instance, up }) => [instance, up])).toEqual([['web-1', true], ['web-2', true], ['worker-1', true]])
    expect(new Set(calm[1].flatMap(({ samples }) => [...samples.keys()].map(nameOf))).size).toBeGreaterThan(50)
  })

  test.each(Object.keys(causes))('%s: it shows in the metrics', name => causes[name]!())
})

describe('the alert', () => {
  test.each(rules.map(rule => [rule.alert!, rule] as const))('%s fires when its cause goes on, and not while all is calm', async (alert: string, rule: Rule) => {
    const fault = faults.get(alert)
    expect(fault, 'no cause of this alert is known here, or it did not show').toBeDefined()
    await tryAlert(rule, recording, { calm, fault: fault! })
  })

  test('has one cause here at the least, and no cause is for an alert that does not exist', () => {
    expect([...faults.keys()].toSorted()).toEqual(rules.map(rule => rule.alert!).toSorted())
  })
})
