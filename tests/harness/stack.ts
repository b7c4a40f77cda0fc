import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild, type Child } from '../../scripts/launch/child.ts'
import type { PostgresCluster } from '../../scripts/launch/postgres.ts'
import { untilHealthy } from '../../scripts/launch/readiness.ts'
import { startRedis, type RedisServer } from '../../scripts/launch/redis.ts'
import { openDatabase, type Database } from '../../server/platform/db/database.ts'
import { type RunningSandbox, startSandboxProcess } from '../sandbox-process.ts'
import { type ClusterUrls, ownServers, sharedServers } from './cluster.ts'
import { seedFixtures } from './fixtures.ts'

export interface StackOptions {
  web?: number
  worker?: number
  redis?: boolean
  replica?: boolean
  /** `own` for tests that break, freeze or promote a Postgres server; the others get a database on the project's cluster. */
  postgres?: 'shared' | 'own'
  /** The cluster to share, where a setup starts the stack and no test can be told of it yet. */
  on?: ClusterUrls
  env?: Record<string, string>
  sandbox?: Record<string, string>
  /** Puts something between the shop and what it needs: answers the address that the shop is told. */
  between?: (dependency: Dependency, url: string) => string
  /** Fills the catalogue; a few small products unless told otherwise. */
  seed?: (database: Database) => Promise<void>
}

/** What the shop cannot do without, or can. */
export type Dependency = 'primary' | 'replica' | 'cache' | 'queue' | 'gateway' | 'carrier' | 'recommendations'

export interface Stack {
  /** Base URLs of the web processes. */
  urls: string[]
  webs: Child[]
  /** Where each worker tells its health and its metrics, in the order in which they were started. */
  workerUrls: string[]
  workers: Child[]
  databaseUrls: { primaryUrl: string, replicaUrl: string | null }
  /** The servers of this stack alone. @throws unless it was started with `postgres: 'own'` */
  readonly cluster: PostgresCluster
  cache: RedisServer | null
  queue: RedisServer | null
  sandbox: RunningSandbox
  /** The test's own door to both databases. */
  database: Database
  dataDir: string
  env: Record<string, string>
  startWeb(port?: number, env?: Record<string, string>): Promise<{ child: Child, url: string }>
  startWorker(env?: Record<string, string>): Promise<Child>
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const stripeSecretKey = 'sk_test_0123456789abcdef'
const webhookSecret = 'whsec_0123456789abcdef'

// Below those that the system gives to outgoing connections, one of which could take a port before its server does; and each
// process of tests looks from a place of its own.
const [lowestPort, ports] = [20_000, 12_000]
let lookedAt = process.pid % 600 * 20

/** A port that a server is about to be started on. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ports; attempt++) {
    const port = lowestPort + lookedAt++ % ports
    const server = createServer()
    const free = await new Promise<boolean>(resolve => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)))
    if (!free) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
  throw new Error('no port is free')
}

/** Starts the shop as it is deployed: real databases, real Redis, the sandbox, built web and worker processes. */
export async function startStack({ web = 1, worker = 1, redis = true, replica = true, env = {}, sandbox: sandboxEnv = {}, between = (_, url) => url, postgres = 'shared', on, seed = seedFixtures }: StackOptions = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shop-'))
  const started: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of started.toReversed()) await end()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const stocked = postgres === 'shared' && seed === seedFixtures
    const { cluster, end, primaryUrl, replicaUrl } = postgres === 'own' ? await ownServers({ replica }) : await sharedServers({ on, replica, template: stocked ? 'stocked' : 'empty' })
    started.push(end)
    const databaseUrls = { primaryUrl, replicaUrl }
    const cache = redis ? await startRedis({ dir: join(dataDir, 'cache'), policy: 'allkeys-lru', appendOnly: false }) : null
    if (cache) started.push(() => cache.stop())
    const queue = redis ? await startRedis({ dir: join(dataDir, 'queue'), policy: 'noeviction', appendOnly: true }) : null
    if (queue) started.push(() => queue.stop())
    const database = openDatabase({ primaryUrl: databaseUrls.primaryUrl, replicaUrl: databaseUrls.replicaUrl ?? undefined, poolMax: 6, replicaMaxLagMs: 10_000, name: 'test', statementTimeoutMs: 30_000, connectTimeoutMs: 20_000 })
    started.push(() => database.close())
    if (!stocked) await seed(database)

    const ports = await Promise.all(Array.from({ length: web }, freePort))
    const publicUrl = `http://127.0.0.1:${ports[0] ?? 9}`
    const hook = `${publicUrl}/api`
    const sandbox = await startSandboxProcess({
      DATA_DIR: join(dataDir, 'sandbox'),
      STRIPE_SECRET_KEY: stripeSecretKey,
      WEBHOOK_URL: `${hook}/payments/webhook`,
      WEBHOOK_SECRET: webhookSecret,
      CARRIER_WEBHOOK_URL: `${hook}/fulfilment/webhook`,
      ...sandboxEnv,
    })
    started.push(() => sandbox.stop())

    const common: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      APP_MODE: 'test',
      NUXT_PUBLIC_DEMO: 'true',
      HOST: '127.0.0.1',
      DATABASE_URL: between('primary', databaseUrls.primaryUrl),
      ...(databaseUrls.replicaUrl && { DATABASE_READ_URL: between('replica', databaseUrls.replicaUrl) }),
      ...(cache && { REDIS_CACHE_URL: between('cache', cache.url) }),
      ...(queue && { REDIS_QUEUE_URL: between('queue', queue.url) }),
      STRIPE_SECRET_KEY: stripeSecretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_URL: between('gateway', sandbox.url),
      CARRIER_URL: between('carrier', `${sandbox.url}/carrier`),
      RECOMMENDATIONS_URL: between('recommendations', `${sandbox.url}/recommendations`),
      SANDBOX_URL: sandbox.url,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      RATE_LIMITS: 'off',
      // A shared machine is late by itself; only a real flood is to be refused.
      LOOP_DELAY_TARGET_MS: '1000',
      ...env,
    }
    let count = 0
    const start = async (role: 'web' | 'worker', port: number, extra: Record<string, string> = {}) => {
      const url = `http://127.0.0.1:${port}`
      const child = startChild({
        name: role,
        command: process.execPath,
        args: [join(root, '.output/server/index.mjs')],
        env: { ...common, APP_ROLE: role, PORT: String(port), PUBLIC_URL: role === 'web' ? url : publicUrl, INSTANCE_ID: `${role}-${++count}`, ...extra },
        cwd: root,
        logFile: join(dataDir, `${role}-${count}.log`),
        onLine: line => process.env.SHOW_LOGS && process.stderr.write(`[${role}] ${line}\n`),
      })
      started.push(() => child.stop())
      await untilHealthy(child, url)
      return { child, url }
    }
    const workerUrls: string[] = []
    const startWorker = async (extra?: Record<string, string>) => {
      const { child, url } = await start('worker', await freePort(), extra)
      workerUrls.push(url)
      return child
    }
    const webs = await Promise.all(ports.map(port => start('web', port)))
    const workers = await Promise.all(Array.from({ length: worker }, () => startWorker()))
    return {
      urls: webs.map(one => one.url),
      webs: webs.map(one => one.child),
      workers,
      workerUrls,
      databaseUrls,
      get cluster() {
        if (!cluster) throw new Error('This stack shares its Postgres servers. Start it with postgres: \'own\' to break one.')
        return cluster
      },
      cache,
      queue,
      sandbox,
      database,
      dataDir,
      env: common,
      startWeb: async (port, extra) => start('web', port ?? await freePort(), extra),
      startWorker,
      stop,
    }
  }
  catch (error) {
    await stop()
    throw error
  }
}

/** Where a test finds a running shop and what it stands on. */
export interface ShopAddresses { url: string, primaryUrl: string, replicaUrl: string, sandboxUrl: string, queueUrl: string, cacheUrl: string, dataDir: string, stripeSecretKey: string }

/** Those of a stack with a replica and Redis. */
export const addressesOf = (stack: Stack): ShopAddresses => ({
  url: stack.urls[0]!,
  primaryUrl: stack.databaseUrls.primaryUrl,
  replicaUrl: stack.databaseUrls.replicaUrl!,
  sandboxUrl: stack.sandbox.url,
  queueUrl: stack.queue!.url,
  cacheUrl: stack.cache!.url,
  dataDir: stack.dataDir,
  stripeSecretKey: stack.env.STRIPE_SECRET_KEY!,
})
