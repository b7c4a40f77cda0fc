// The compose file, run for real: what a shopper gets while each container is dead in turn (the rows of the resilience matrix
// that are about containers), and whether every invariant holds when all are back.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../server/platform/db/database.ts'
import { writeProof } from '../chaos/report.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { keepAskingAt } from '../harness/edge.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { type Composition, describeComposition, memoryMb } from './composition.ts'

interface Mail { To: { Address: string }[], Subject: string, MessageID?: string, Text?: string }

let shop: Composition
const figures: Record<string, number | string> = {}
/** By the shopper's address, who bought once. */
const bought: string[] = []
const variantIds: string[] = []
const slugs: string[] = []
let serial = 0
/** Each buys another thing, since the demo has only a few of each. */
let purchases = 0

const since = (from: number) => Math.round(performance.now() - from)
const status = (path: string) => fetch(`${shop.proxyUrl}${path}`, { signal: AbortSignal.timeout(15_000) }).then(async (answer) => {
  await answer.arrayBuffer()
  return answer.status
}, () => 0)
/** A listing that nobody asked for before, so that no cache answers; and a page. */
const browse = () => Promise.all([status(`/api/products?limit=1&minPrice=${++serial}`), status('/')])
/** Waits for a probe of the balancer's, a breaker's pause or a connection's: not for what is never to come. */
const untilBrowsing = () => until(browse, answers => answers.every(one => one === 200), { withinMs: 60_000, everyMs: 250 })

function shopper(): TestShopper & { email: string } {
  return Object.assign(new TestShopper(shop.proxyUrl), { email: `shopper-${++serial}@example.com` })
}
/** Buys as a client should: what was refused for the moment is asked again, with the same key. */
async function buy(): Promise<string> {
  const client = shopper()
  const variant = variantIds[purchases++ % variantIds.length]!
  await until(() => client.add(variant), answer => answer.status === 200, { withinMs: 60_000, everyMs: 500 })
  const checkout = await until(() => client.checkout(), answer => answer.status === 201, { withinMs: 60_000, everyMs: 500 })
  let [checkoutId, key] = [checkout.body.id, crypto.randomUUID()]
  const order = await until(async () => {
    const answer = await client.pay(checkoutId, { key, email: client.email })
    // Nothing was charged: that is the last word on this try, and its key says it again. Another try is another checkout.
    if ((answer.body as { code?: string }).code === 'payments/gateway-unavailable') {
      const again = await client.checkout()
      if (again.status === 201) [checkoutId, key] = [again.body.id, crypto.randomUUID()]
    }
    return answer
  }, answer => answer.status === 201, { withinMs: 60_000, everyMs: 500 })
  // A second answer to the same key may find the parcel under way.
  expect(['paid', 'fulfilling', 'shipped', 'delivered']).toContain(order.body.status)
  bought.push(client.email)
  return client.email
}
const mailsTo = async (email: string) => ((await (await fetch(`${shop.mailUrl}/api/v1/messages?limit=500`)).json()) as { messages: Mail[] }).messages.filter(mail => mail.To.some(to => to.Address === email))
const idOf = ({ MessageID, Text }: Mail) => MessageID ?? /^message-id:\s*<(.+?)>/im.exec(Text ?? '')?.[1] ?? 'none'
/** Different mails that say the same. A copy of one and the same, with one Message-ID, is what SMTP does when its answer is lost. */
function saidTwice(mails: readonly Mail[]): number {
  const bySubject = Map.groupBy(mails, mail => mail.Subject)
  return [...bySubject.values()].filter(same => new Set(same.map(idOf)).size > 1).length
}
const followersOf = (name: string) => shop.compose('exec', '-T', name, 'psql', '-XqAtU', 'postgres', '-c', 'select count(*) from pg_stat_replication where state = \'streaming\'').then(text => text.trim(), () => '')
const firstMail = (email: string) => until(() => mailsTo(email).catch(() => []), mails => mails.length > 0, { withinMs: 90_000, everyMs: 250 })

/** Kills all containers of these services, runs the check while they are dead, starts them again and waits until one can shop. */
async function without(services: string[], name: string, check: () => Promise<void>): Promise<void> {
  const containers = (await Promise.all(services.map(shop.containers))).flat()
  await shop.kill(...containers)
  try {
    await check()
  }
  finally {
    await shop.start(...containers)
  }
  const from = performance.now()
  await untilBrowsing()
  await buy()
  figures[`${name}BackMs`] = since(from)
}

beforeAll(async () => {
  shop = await describeComposition()
  // To try the tests alone: COMPOSE_IMAGE_TAG names an image that is there.
  if (!process.env.COMPOSE_IMAGE_TAG) await shop.compose('build', '--quiet', 'web')
  const from = performance.now()
  await shop.compose('up', '--detach', '--no-build', '--wait')
  await until(() => status('/'), answer => answer === 200, { withinMs: 60_000 })
  figures.fromNothingToFirstPageMs = since(from)
  const client = new TestShopper(shop.proxyUrl)
  const asked = <T>(path: string) => until(() => client.get<T>(path), answer => answer.status === 200, { withinMs: 60_000, everyMs: 250 })
  const { body: { items } } = await asked<{ items: { slug: string }[] }>('/api/products?limit=24&inStock=true')
  slugs.push(...items.map(item => item.slug))
  for (const slug of slugs) {
    const { body: { variants } } = await asked<{ variants: { id: string, inStock: boolean }[] }>(`/api/products/${slug}`)
    variantIds.push(...variants.filter(variant => variant.inStock).map(variant => variant.id))
  }
}, 1_200_000)

afterAll(async () => {
  await shop?.remove()
}, 180_000)

describe('docker compose up', { timeout: 240_000 }, () => {
  it('when all is there, then a purchase through the balancer is paid and mailed', async () => {
    figures.memoryAtRestMb = await memoryMb(shop)
    await firstMail(await buy())
  })

  it('when the mail server is dead, then the purchase stands, and the mail comes when it is back', async () => {
    let email = ''
    await without(['mailpit'], 'mailpit', async () => void (email = await buy()))
    expect(saidTwice(await firstMail(email))).toBe(0)
  })

  it('when the payment gateway is dead, then one can browse, nothing is charged, and paying is refused with a word', async () => {
    await without(['sandbox'], 'gateway', async () => {
      await untilBrowsing()
      const client = shopper()
      await client.add(variantIds[0]!)
      const { body: { id } } = await client.checkout()
      const refused = await client.pay(id, { key: crypto.randomUUID(), email: client.email })
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).not.toBeNull()
    })
  })

  it('when every worker is dead, then the purchase stands, and its effects follow', async () => {
    let email = ''
    await without(['worker'], 'worker', async () => {
      email = await buy()
      await untilBrowsing()
    })
    await firstMail(email)
  })

  it('when one web instance is dead, then no page fails and a purchase goes through', async () => {
    const [one] = await shop.containers('web')
    await shop.kill(one!)
    try {
      const answers: number[] = []
      while (answers.length < 20) answers.push(...await browse())
      figures.pagesWhileOneWebIsDead = answers.length
      figures.pagesFailedWhileOneWebIsDead = answers.filter(answer => answer !== 200).length
      expect(figures.pagesFailedWhileOneWebIsDead).toBe(0)
      await buy()
    }
    finally {
      await shop.start(one!)
    }
  })

  it('when the cache is dead, then pages and purchases go on', async () => {
    await without(['redis-cache'], 'redisCache', async () => {
      await untilBrowsing()
      await buy()
    })
  })

  it('when the queue is dead, then the purchase stands, and its mail comes when the queue is back', async () => {
    let email = ''
    await without(['redis-queue'], 'redisQueue', async () => {
      await untilBrowsing()
      email = await buy()
    })
    await firstMail(email)
  })

  it('when the replica is dead, then the primary answers', async () => {
    await without(['postgres-replica'], 'replica', async () => {
      await untilBrowsing()
      await buy()
    })
  })

  it('when the primary is dead, then one can browse, buying is refused at once, and it works again without a restart', async () => {
    await without(['postgres-primary'], 'primary', async () => {
      await untilBrowsing()
      // The first to find out waits for a connection; after some of them the breaker is open, and refuses at once.
      const from = performance.now()
      const refused = await shopper().add(variantIds[0]!)
      figures.refusalWhilePrimaryIsDeadMs = since(from)
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).not.toBeNull()
      expect(figures.refusalWhilePrimaryIsDeadMs).toBeLessThan(10_000)
    })
  })

  it('when the replica has lost its disk, then it copies the primary and follows it again', async () => {
    const from = performance.now()
    await shop.compose('rm', '--stop', '--force', 'postgres-replica')
    await shop.compose('run', '--rm', '--no-deps', '-T', '--entrypoint', 'bash', 'postgres-replica', '-c', 'rm -rf "$PGDATA"')
    await shop.compose('up', '--detach', '--no-deps', '--no-build', 'postgres-replica')
    await until(() => followersOf('postgres-primary'), count => count === '1', { withinMs: 90_000, everyMs: 250 })
    figures.replicaSeededAnewMs = since(from)
  })

  it('when the balancer and its agent are dead, then nobody gets in, and all go on when they are back', async () => {
    await without(['edge-agent', 'proxy'], 'balancer', async () => expect(await status('/')).toBe(0))
  })

  it('when a release is rolled out under load, then no request of ten thousand fails, and each purchase has its effects once', async () => {
    await shop.nameRelease('test-next')
    const stop = keepAskingAt(shop.proxyUrl, ['/', '/api/cart', '/cart', '/api/categories', `/products/${slugs[0]}`])
    const from = performance.now()
    let rolling = true
    const deployed = shop.ops('deploy', 'test-next').finally(() => (rolling = false))
    // Buyers come and go all the while.
    const buying = (async () => {
      // Not more than the demo has on its shelves.
      for (let count = 0; rolling && count < 8; count++) await Promise.all([buy(), pause(4_000)])
    })()
    await Promise.all([deployed, buying])
    figures.rollingDeployMs = since(from)
    const { asked, wrong, resent } = await stop()
    figures.requestsDuringDeploy = asked
    figures.requestsFailedDuringDeploy = wrong.length
    figures.requestsResentDuringDeploy = resent
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(10_000)
    expect(await shop.images('web', 'worker')).toEqual(Array(4).fill('monolith-supply:test-next'))
  }, 600_000)

  it('when a canary gets a share, becomes the shop and is taken back, then no request fails', async () => {
    const stop = keepAskingAt(shop.proxyUrl, ['/', '/api/cart', '/cart'])
    await shop.ops('canary', '50', shop.release)
    await shop.ops('canary', 'promote')
    await buy()
    const from = performance.now()
    await shop.ops('rollback')
    figures.rollbackMs = since(from)
    await shop.ops('canary', 'end')
    const { wrong } = await stop()
    expect(wrong).toEqual([])
    await buy()
  }, 600_000)

  it('when a third web and worker are asked for, then the balancer finds the new one', async () => {
    await shop.compose('up', '--detach', '--no-build', '--scale', 'web=3', '--scale', 'worker=3', 'web', 'worker')
    const program = 'fetch(\'http://127.0.0.1:\' + process.env.EDGE_AGENT_PORT + \'/instances\').then(answer => answer.json()).then(body => console.log(body.instances.filter(one => one.listed && one.service === \'web\').length))'
    const listed = () => shop.compose('exec', '-T', 'edge-agent', 'node', '-e', program).then(text => Number(text), () => 0)
    figures.webInstancesListed = await until(listed, count => count === 3, { withinMs: 90_000, everyMs: 500 })
    await buy()
  })

  it('when both databases have lost their disks, then a backup brings the shop back', async () => {
    const backups = join(shop.folder, 'backups')
    await shop.ops('backup', backups)
    const [backup] = readdirSync(backups)
    for (const name of ['postgres-primary', 'postgres-replica']) {
      await shop.kill(...await shop.containers(name))
      await shop.compose('run', '--rm', '--no-deps', '-T', '--entrypoint', 'bash', name, '-c', 'rm -rf "$PGDATA"')
    }
    const from = performance.now()
    await shop.ops('restore', join(backups, backup!), '--yes')
    await buy()
    figures.restoredMs = since(from)
  }, 600_000)

  it('when the primary is gone for good, then the standby takes its place without a restart of the shop, and the old one follows it', async () => {
    await shop.kill(...await shop.containers('postgres-primary'))
    const from = performance.now()
    await shop.ops('promote')
    await buy()
    figures.promotedAndSellingMs = since(from)
    await shop.compose('up', '--detach', '--no-deps', '--no-build', 'postgres-primary')
    await until(() => followersOf('postgres-replica'), count => count === '1', { withinMs: 90_000, everyMs: 250 })
    await buy()
  }, 600_000)

  it('when Prometheus is started beside it, then it reaches every instance and the balancer', async () => {
    await shop.compose('--profile', 'observe', 'up', '--detach', '--no-build', '--no-deps', '--wait', 'prometheus')
    type Targets = { data: { activeTargets: { labels: { job: string }, health: string }[] } }
    const targets = async (): Promise<string[]> => {
      const answer = await fetch(`${shop.prometheusUrl}/api/v1/targets`).catch(() => null)
      return answer ? ((await answer.json()) as Targets).data.activeTargets.map(({ labels, health }) => `${labels.job} ${health}`) : []
    }
    await until(targets, found => ['edge up', 'web up', 'worker up'].every(one => found.includes(one)) && found.every(one => / up$|^prometheus/.test(one)), { withinMs: 90_000, everyMs: 500 })
  })

  it('when all is back, then every invariant holds and each mail came once', async () => {
    const database = openDatabase({ ...shop.databaseUrls, poolMax: 4, replicaMaxLagMs: 10_000, name: 'compose-test' })
    try {
      expect(await brokenInvariants(database, shop.sandboxUrl, { settleMs: 90_000 })).toEqual({})
    }
    finally {
      await database.close()
    }
    const mails = await Promise.all(bought.map(mailsTo))
    figures.purchases = bought.length
    figures.mailsSaidTwice = mails.reduce((sum, some) => sum + saidTwice(some), 0)
    figures.mailsWithSecondCopies = mails.reduce((sum, some) => sum + some.length - new Set(some.map(idOf)).size, 0)
    expect(figures.mailsSaidTwice).toBe(0)
    writeProof('compose', figures)
  })
})
