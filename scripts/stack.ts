// The topology of docker-compose.yml from programs of this machine: the same template of nginx, settings and environment.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { box } from './demo/box.ts'
import { claimDataFolder, readSecrets } from './demo/installation.ts'
import { startOutsideWorld } from './demo/outside-world.ts'
import { elapsed, say, step } from './demo/progress.ts'
import { ensureBuilt } from './launch/build.ts'
import { runToEnd } from './launch/child.ts'
import { createLifecycle } from './launch/lifecycle.ts'
import { findNginx } from './launch/nginx.ts'
import { choosePort, freePort } from './launch/ports.ts'
import { removePostgresCluster, startPostgresCluster } from './launch/postgres.ts'
import { dataDir, projectDir, projectEnv } from './launch/project.ts'
import { findRedisServer, startRedis } from './launch/redis.ts'
import { startEdge } from './stack/edge.ts'
import { shopEnvironment } from './stack/environment.ts'
import { startFleet } from './stack/fleet.ts'
import { readPostgresSettings } from './stack/settings-file.ts'

const usage = `npm run stack [-- options]    the whole topology from local programs, behind nginx

  --port <number>     of nginx; 8080 unless told, another one when it is taken
  --web <number>      instances that answer, 2
  --worker <number>   instances that work, 2
  --reset             start over: forget all data of the stack
  --logs              show what the processes print`

const lifecycle = createLifecycle(say)
const dir = join(dataDir, 'stack')
const deployed = (file: string) => readFileSync(join(projectDir, 'deploy', file), 'utf8')

function readStackOptions() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' }, web: { type: 'string', default: '2' }, worker: { type: 'string', default: '2' }, reset: { type: 'boolean', default: false }, logs: { type: 'boolean', default: false } } })
    const [port, web, worker] = [values.port, values.web, values.worker].map(Number) as [number, number, number]
    if (![port, web, worker].every(Number.isInteger) || port < 1 || port > 65_535 || web < 1 || worker < 1) throw new Error('A number was expected.')
    return { ...values, port, web, worker }
  }
  catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, { cause: error })
  }
}

await lifecycle.run(async () => {
  const options = readStackOptions()
  for (const [name, found] of [['nginx', findNginx()], ['redis-server', findRedisServer()]] as const) if (!found) throw new Error(`The stack wants ${name}. Install it, or run docker compose up instead.`)
  const print = (name: string) => (line: string) => options.logs && say(`[${name}] ${line}`)
  // The demo's folder: the two share the sandbox's books, and never run at once.
  lifecycle.onStop(claimDataFolder(false))
  if (options.reset) {
    removePostgresCluster(join(dir, 'postgres'))
    rmSync(dir, { recursive: true, force: true })
  }
  mkdirSync(dir, { recursive: true })
  const secrets = readSecrets()
  const { onDeath } = lifecycle

  await step('Build', () => ensureBuilt(print('build')), built => built ? 'made from the present sources' : 'is that of the present sources')
  const cluster = await step('Postgres', () => startPostgresCluster({ dataDir: join(dir, 'postgres'), replica: true, settings: readPostgresSettings(deployed('postgres/postgresql.conf')), log: line => say(`    ${line}`), onDeath }), () => 'a primary and a streaming hot standby')
  lifecycle.onStop(cluster.stop)
  const [cache, queue] = await step('Redis', () => Promise.all([
    startRedis({ dir: join(dir, 'redis-cache'), policy: 'allkeys-lru', appendOnly: false, config: deployed('redis/cache.conf'), onDeath }),
    startRedis({ dir: join(dir, 'redis-queue'), policy: 'noeviction', appendOnly: true, config: deployed('redis/queue.conf'), onDeath }),
  ]), () => 'one for the cache, one for the queues')
  lifecycle.onStop(async () => {
    await Promise.all([cache.stop(), queue.stop()])
  })

  const port = await choosePort(options.port, say)
  const agentPort = await freePort()
  const publicUrl = `http://localhost:${port}`
  const outside = await step('Sandbox', () => startOutsideWorld(lifecycle, secrets, `http://127.0.0.1:${port}`, print('sandbox')), part => part.about)
  const env = {
    ...shopEnvironment({ publicUrl, agentUrl: `http://127.0.0.1:${agentPort}`, primaryUrl: cluster.primaryUrl, replicaUrl: cluster.replicaUrl ?? cluster.primaryUrl, cacheUrl: cache.url, queueUrl: queue.url, sandboxUrl: outside.env.SANDBOX_URL!, webs: options.web }, secrets),
    ...outside.env,
  }
  const accounts = { DEMO_SHOPPER_EMAIL: secrets.shopperEmail, DEMO_SHOPPER_PASSWORD: secrets.shopperPassword, DEMO_ADMIN_EMAIL: secrets.adminEmail, DEMO_ADMIN_PASSWORD: secrets.adminPassword }
  for (const name of ['migrate', 'seed']) {
    await step(name === 'migrate' ? 'Schema' : 'Catalogue', () => runToEnd({ name, command: process.execPath, args: [join(projectDir, `scripts/${name}.ts`)], env: { ...projectEnv(), ...env, ...accounts }, cwd: projectDir, logFile: join(dir, `${name}.log`) }), line => line || 'up to date')
  }

  const lines = { dir, onLine: (name: string, line: string) => print(name)(line) }
  const [webs, workers] = await step('Shop', () => Promise.all([startFleet(lifecycle, 'web', options.web, env, lines), startFleet(lifecycle, 'worker', options.worker, env, lines)]), ([some, others]) => `${some.length} web and ${others.length} worker processes are ready`)
  const edge = await step('nginx', () => startEdge({ dir: join(dir, 'edge'), port, agentPort, instances: { web: webs }, onLine: print('edge'), onDeath }), () => 'balances, keeps, and is told who is ready')
  lifecycle.onStop(edge.stop)

  say(box([
    `Monolith Supply   ${publicUrl}   ready after ${elapsed()}`,
    '',
    `Shopper    ${secrets.shopperEmail.padEnd(26)}${secrets.shopperPassword}`,
    `Admin      ${secrets.adminEmail.padEnd(26)}${secrets.adminPassword}`,
    '',
    `nginx      ${edge.url}, its counters ${edge.statusUrl}/status`,
    `Agent      ${edge.agentUrl}/instances, /release, /metrics`,
    `Web        ${webs.join(', ')}`,
    `Worker     ${workers.join(', ')}`,
    `Postgres   primary ${cluster.primary.port}, standby ${cluster.replica?.port}`,
    `Redis      cache ${cache.port}, queue ${queue.port}`,
    `Sandbox    ${outside.env.SANDBOX_URL}`,
    '',
    'Logs in .data/stack. Ctrl-C stops everything; --reset starts over.',
  ]))
})
