/** The shop with a proxy before each thing that it needs, and how each is broken and mended. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Redis } from 'ioredis'
import { sql } from 'drizzle-orm'
import type { Order } from '../../../shared/schemas/orders.ts'
import { hashPassword } from '../../../server/auth/passwords.ts'
import { type FaultProxy, type Mode, startFaultProxy } from '../../harness/fault-proxy.ts'
import { addProduct, product, seedFixtures } from '../../harness/fixtures.ts'
import { anAddress, until } from '../../harness/shopper.ts'
import { openSmtpServer } from '../../harness/smtp-server.ts'
import { type Dependency, startStack } from '../../harness/stack.ts'
import { cartCount, type Cast, type Shopper } from './visits.ts'
import { PlainBrowser } from './browser.ts'
import type { Broken, Row } from './cells.ts'

type Wired = Dependency | 'mail'
const wired: Wired[] = ['primary', 'replica', 'cache', 'queue', 'gateway', 'carrier', 'recommendations', 'mail']

const httpNonsense = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"items":'
const garbage: Record<Wired, string> = {
  // A whole message, of a kind that there is none of.
  primary: '-\0\0\0\u0008oops',
  replica: httpNonsense,
  cache: httpNonsense,
  queue: httpNonsense,
  gateway: httpNonsense,
  carrier: '-ERR unknown command\r\n',
  recommendations: httpNonsense,
  mail: '+PONG\r\n',
}
const slowMs: Partial<Record<Wired, number>> = { primary: 80, replica: 800, cache: 400, recommendations: 400, gateway: 800 }
const flapMs: Partial<Record<Wired, number>> = { gateway: 400 }

/** What a pool may hold, and one each for who listens, samples and looks at snapshots: of the web process, the instance beside it and the worker. */
const mostConnections: Partial<Record<Wired, number>> = { primary: 3 * 13, replica: 3 * 13 }
const freshProducts = 160
const password = 'a long password'

export async function startWorld() {
  const proxies = Object.fromEntries(await Promise.all(wired.map(async name => [name, await startFaultProxy()] as const))) as Record<Wired, FaultProxy>
  const smtp = await openSmtpServer()
  let variantId = ''
  const stack = await startStack({
    between: (dependency, url) => proxies[dependency].inFrontOf(url),
    env: { SMTP_URL: proxies.mail.inFrontOf(smtp.url), RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1', QUEUE_ATTEMPTS: '100', QUEUE_FIRST_PAUSE_MS: '100', QUEUE_LONGEST_PAUSE_MS: '800', SMTP_TIMEOUT_MS: '1500', SWEEP_EVERY_MS: '500', PAYMENT_RESUME_AFTER_MS: '5000' },
    sandbox: { CARRIER_STEP_MS: '200' },
    async seed(database) {
      await seedFixtures(database)
      for (let index = 0; index < freshProducts; index++) await addProduct(database, product(`fresh-${index}`, { colours: ['Salt'], publishedAt: '2026-09-01T00:00:00Z' }))
      variantId = (await addProduct(database, product('kept-mug', { name: 'Kept Mug', colours: ['Salt'], stock: 50_000 })))[0]!
    },
  })
  const url = stack.urls[0]!
  const passwordHash = await hashPassword(password)
  let [slugs, prices, accounts] = [0, 0, 0]
  const wares: Cast['wares'] = {
    keptSlug: 'kept-mug', variantId, name: 'Kept Mug',
    freshSlug: () => `fresh-${slugs++ % freshProducts}`,
    freshPrice: () => (++prices / 100).toFixed(2),
  }

  async function withCart(bases: readonly string[]): Promise<Shopper> {
    const browser = new PlainBrowser([url])
    const { status } = await browser.json('POST', '/api/cart/items', { variantId, quantity: 1 })
    if (status !== 200) throw new Error(`a cart could not be filled in good times: ${status}`)
    browser.bases = bases
    return { browser, sure: 1, possible: 1 }
  }
  const cartOwner = (await withCart([url])).browser
  const buyer: Cast['buyer'] = await payer([url]).then(async ({ browser, checkoutId }) => Object.assign(browser, { order: await buy(browser, checkoutId) }))

  /** Pays in good times. @throws unless it is an order */
  async function buy(browser: PlainBrowser, checkoutId: string) {
    const body = { checkoutId, email: 'ada@example.com', address: anAddress, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }
    const { status, html } = await browser.json('POST', '/api/orders', body, { 'idempotency-key': `"${crypto.randomUUID()}"` })
    if (status !== 201) throw new Error(`no order in good times: ${status}`)
    const { id, number } = JSON.parse(html) as Order
    return { id, number }
  }
  async function payer(bases: readonly string[]) {
    const shopper = await withCart([url])
    const held = await shopper.browser.json('POST', '/api/checkout')
    shopper.browser.bases = bases
    return { ...shopper, checkoutId: (JSON.parse(held.html) as { id: string }).id }
  }
  async function account(bases: readonly string[]) {
    const email = `matrix-${++accounts}@example.com`
    await stack.database.fresh(db => db.execute(sql`insert into users (email, name, password_hash) values (${email}, 'Ada', ${passwordHash})`))
    return { ...await withCart(bases), email, password }
  }

  /** Everybody that a row's visits need, with their carts filled and their stock held. */
  async function cast(bases: readonly string[] = [url], times = 1): Promise<Cast> {
    cartOwner.bases = bases
    buyer.bases = bases
    return {
      stranger: new PlainBrowser(bases), cartOwner, buyer, wares,
      adder: await withCart(bases), account: await account(bases),
      payers: await Promise.all(Array.from({ length: times }, () => payer(bases))),
    }
  }

  const metric = async (name: string) => {
    // From a neighbour: at the trusted proxy's own address there is no such page.
    const asked = get(`${url}/metrics`, { localAddress: '127.0.0.2' })
    const [answer] = await once(asked, 'response') as [IncomingMessage]
    const text = Buffer.concat(await answer.toArray() as Buffer[]).toString()
    if (!text.includes(name)) throw new Error(`the metrics do not tell ${name}`)
    return text.split('\n').filter(line => line.startsWith(name)).map(line => ({ line, value: Number(line.split(' ').at(-1)) }))
  }

  const modes: Partial<Record<Row['fault'], (name: Wired) => Mode>> = {
    down: () => ({ is: 'refuse' }),
    hung: () => ({ is: 'hang' }),
    slow: name => ({ is: 'slow', ms: slowMs[name]! }),
    flapping: name => ({ is: 'flap', ms: flapMs[name] ?? 250 }),
    garbage: name => ({ is: 'garbage', bytes: garbage[name] }),
  }
  const broken = (name: Broken): Wired[] => name === 'both databases' ? ['primary', 'replica'] : name === 'app instance' ? [] : [name]

  /** Writes nonsense over all that the cache holds, and over every limit. */
  async function corrupt() {
    const redis = new Redis(stack.cache!.url)
    const nonsense = ['{"value":{"bo', 'null', '{"value":7,"expires":99999999999999,"mtime":1,"integrity":"x"}', Buffer.from([0, 255, 128, 7])]
    const keys = await redis.keys('*')
    for (const [index, key] of keys.entries()) await redis.set(key, nonsense[index % nonsense.length]!)
    redis.disconnect()
    return keys.length
  }

  return {
    stack, url, proxies, wares, cast,
    async breakIt({ broken: what, fault }: Pick<Row, 'broken' | 'fault'>) {
      if (fault === 'hostile markup') return void await stack.sandbox.faults('recommendations', { garbage: 'hostile' })
      if (fault === 'corrupt entries') return void await corrupt()
      for (const name of broken(what)) await proxies[name].behave(modes[fault]!(name))
    },
    async mend({ broken: what, fault }: Pick<Row, 'broken' | 'fault'>) {
      if (fault === 'hostile markup') await stack.sandbox.faults('recommendations', {})
      for (const name of broken(what)) await proxies[name].behave({ is: 'pass' })
    },
    /** Resolves when the shop says that it is well, and a probe has closed the breaker of what was broken. */
    async untilWell(what: Broken) {
      await until(async () => (await (await fetch(`${url}/api/health`)).json()) as { status: string, checks: unknown }, ({ status }) => status === 'pass', { withinMs: 30_000 })
      if (what === 'gateway') {
        await until(async () => {
          const { browser, checkoutId } = await payer([url])
          return buy(browser, checkoutId).then(() => true, () => false)
        }, paid => paid, { everyMs: 300 })
      }
    },
    /** Resolves when the recommendations come from their service again. */
    untilAdvised: () => until(async () => {
      const got = await new PlainBrowser([url]).json('GET', `/api/products/${wares.freshSlug()}/recommendations`)
      return (JSON.parse(got.html) as { source: string }).source
    }, source => source === 'service', { everyMs: 400 }),
    /** What is above its bound: connections that are held, and queries that wait for one. */
    async excess(before: Partial<Record<Wired, number>>): Promise<string[]> {
      const waiting = (await metric('pg_pool_connections')).filter(({ line, value }) => line.includes('state="waiting"') && value > 0).map(({ line }) => line)
      const held = wired.flatMap((name) => {
        const most = mostConnections[name] ?? (before[name] ?? 0)
        const now = proxies[name].connections()
        return now > most ? [`${name}: ${now} connections, at most ${most}`] : []
      })
      return [...waiting, ...held]
    },
    connections: () => Object.fromEntries(wired.map(name => [name, proxies[name].connections()])) as Record<Wired, number>,
    /** The carts that are not what their owners were told. */
    async lostCarts({ adder, account, payers }: Cast, paid: Shopper[]): Promise<string[]> {
      account.browser.bases = [url]
      // If the log-in committed and its response was lost, the cart belongs to the account. Logging in again shows it.
      if (await cartCount(account.browser) === 0) await account.browser.json('POST', '/api/auth/login', { email: account.email, password: account.password })
      const shoppers: [string, Shopper][] = [['who adds', adder], ['who logs in', account], ['who looks', { browser: cartOwner, sure: 1, possible: 1 }], ...[...payers, ...paid].map(one => ['who pays', one] as [string, Shopper])]
      const looks = await Promise.all(shoppers.map(async ([who, { browser, sure, possible }]) => {
        browser.bases = [url]
        const count = await cartCount(browser)
        return count !== null && count >= sure && count <= possible ? [] : [`the cart of ${who} has ${count}, from ${sure} to ${possible} are theirs`]
      }))
      return looks.flat()
    },
    async stop() {
      await stack.stop()
      await smtp.close()
      for (const name of wired) await proxies[name].close()
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>
