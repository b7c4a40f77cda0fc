import { afterAll, beforeAll, test } from 'vitest'
import { sql } from 'drizzle-orm'
import { type ChangeFeed, startChangeFeed } from '../../server/platform/cache/change-feed.ts'
import { cacheKey } from '../../server/platform/cache/cache-key.ts'
import { type Flights, redisFlights } from '../../server/platform/cache/flights.ts'
import { publicPageOf } from '../../server/platform/cache/freshness.ts'
import { startListener } from '../../server/platform/realtime/listener.ts'
import { createLog } from '../../server/platform/telemetry/log.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { proof } from '../harness/proof.ts'
import { startTestRedis } from '../harness/redis.ts'
import { until } from '../harness/shopper.ts'
import { deleteOnChange } from '../naive/delete-on-change.ts'
import { eachForItself } from '../naive/each-for-itself.ts'
import { renderForWhoAsks } from '../naive/render-for-who-asks.ts'

let shop: OwnShop
let feed: ChangeFeed
let stop: () => Promise<void>
beforeAll(async () => {
  shop = await startOwnShop()
  const log = createLog('silent', {})
  const listener = startListener(shop.database.primary, log)
  feed = startChangeFeed({ listener, database: shop.database, log })
  stop = async () => {
    feed.stop()
    await listener.stop()
  }
})
afterAll(async () => {
  await stop?.()
  await shop?.stop()
})

const nameOf = async (slug: string) => (await shop.database.fresh(db => db.execute<{ name: string }>(sql`select name from products where slug = ${slug}`))).rows[0]!.name

interface Strategy { keyOf: (slug: string) => string, clears: boolean }

test('without the state in its key an old answer stays, when its reader was slower than the change', () => proof<Strategy>({
  pattern: 'change-feed',
  claim: 'After a change nobody is shown what was there before, however slow the reader that wrote it down.',
  real: { keyOf: slug => cacheKey({ slug, state: feed.stateOf([`product:${slug}`]) }), clears: false },
  naive: deleteOnChange(),
  async check({ keyOf, clears }) {
    const cache = new Map<string, string>()
    let stale = 0
    const rounds = 5
    for (let round = 0; round < rounds; round++) {
      const slug = `raced-${crypto.randomUUID().slice(0, 8)}`
      await addProduct(shop.database, product(slug, { name: 'old' }))
      const settled = await until(async () => feed.stateOf([`product:${slug}`]), state => state !== '0')
      // The slow reader has its key and its answer, and now waits for its turn.
      const key = keyOf(slug)
      const read = await nameOf(slug)
      await shop.database.fresh(db => db.execute(sql`update products set name = 'new' where slug = ${slug}`))
      await until(async () => feed.stateOf([`product:${slug}`]), state => state !== settled)
      if (clears) cache.delete(key)
      cache.set(key, read)
      // The next one asks.
      const shown = cache.get(keyOf(slug)) ?? await nameOf(slug)
      if (shown !== 'new') stale += 1
      cache.clear()
    }
    return { violations: stale, rounds, stale }
  },
}))

test('without one flight for all, each instance makes the same dear answer', async () => {
  const redis = await startTestRedis()
  try {
    const clients = await Promise.all(Array.from({ length: 4 }, () => redis.connect()))
    await proof({
      pattern: 'single-flight',
      claim: 'When an entry goes, all instances together make it once.',
      real: (): Flights[] => clients.map(client => redisFlights(client, { run: work => work(client), prefix: 'flight:' })),
      naive: (): Flights[] => clients.map(eachForItself),
      async check(open) {
        const instances = open()
        let made = 0
        const key = crypto.randomUUID()
        let finish = () => {}
        const made1 = new Promise<void>(resolve => (finish = resolve))
        const make = async () => {
          made += 1
          await made1
          return 'dear'
        }
        const asked = instances.flatMap(instance => Array.from({ length: 25 }, () => instance.once(key, make)))
        await until(async () => made, count => count > 0)
        // The lock is taken: all others have asked by the time that this answers.
        await Promise.all(clients.map(client => client.ping()))
        finish()
        const answers = new Set(await Promise.all(asked))
        return { violations: made - 1, instances: instances.length, requests: asked.length, made, answers: answers.size }
      },
    })
  }
  finally {
    await redis.remove()
  }
})

test('without a request of its own a kept page has the first visitor in it', () => proof({
  pattern: 'layered-cache',
  claim: 'Nothing of a shopper is in a page that others get.',
  real: (render: (request: { address: string, cookie?: string }) => string) => {
    const kept = new Map<string, string>()
    return ({ address }: { address: string, cookie?: string }) => {
      const page = publicPageOf(address)!
      if (!kept.has(page.address)) kept.set(page.address, render({ address: page.address }))
      return kept.get(page.address)!
    }
  },
  naive: renderForWhoAsks,
  check(open) {
    const serve = open(({ address, cookie }) => `${address} for ${cookie ?? 'everybody'}`)
    const shoppers = Array.from({ length: 20 }, () => crypto.randomUUID())
    const seen = shoppers.map(cookie => ({ cookie, html: serve({ address: `/products/mug?utm_source=${cookie.slice(0, 1)}`, cookie }) }))
    const leaked = seen.filter(({ cookie, html }) => shoppers.some(other => html.includes(other) && other !== cookie)).length
    return { violations: leaked, shoppers: shoppers.length, leaked }
  },
}))
