// The whole shop on one machine with one command: databases, outside services, worker and web, and nothing left behind.
import { join } from 'node:path'
import { startDevServer, startWebAndWorker } from './demo/app.ts'
import { box } from './demo/box.ts'
import { startDatabase } from './demo/database.ts'
import { claimDataFolder, readSecrets } from './demo/installation.ts'
import { readOptions } from './demo/options.ts'
import { startOutsideWorld } from './demo/outside-world.ts'
import { elapsed, say, step } from './demo/progress.ts'
import { startRedisPair } from './demo/redis.ts'
import { ensureBuilt } from './launch/build.ts'
import { runToEnd } from './launch/child.ts'
import { drawAhead } from './launch/draw-ahead.ts'
import { createLifecycle } from './launch/lifecycle.ts'
import { choosePort } from './launch/ports.ts'
import { dataDir, projectDir, projectEnv } from './launch/project.ts'

const lifecycle = createLifecycle(say)

await lifecycle.run(async () => {
  const options = readOptions(process.argv.slice(2))
  const print = (name: string) => (line: string) => options.logs && say(`[${name}] ${line}`)
  lifecycle.onStop(claimDataFolder(options.reset))
  const secrets = readSecrets()

  if (!options.dev) await step('Build', () => ensureBuilt(print('build')), built => built ? 'made from the present sources' : 'is that of the present sources')
  const database = await step('Postgres', () => startDatabase(lifecycle, say), part => part.about)
  const redis = await step('Redis', () => startRedisPair(lifecycle), part => part.about)

  const port = await choosePort(options.port, say)
  const base = {
    APP_MODE: 'demo',
    HOST: '127.0.0.1',
    PUBLIC_URL: `http://localhost:${port}`,
    NUXT_PUBLIC_SITE_URL: `http://localhost:${port}`,
    NUXT_PUBLIC_DEMO: 'true',
    DATA_DIR: dataDir,
    DEMO_SHOPPER_EMAIL: secrets.shopperEmail,
    DEMO_SHOPPER_PASSWORD: secrets.shopperPassword,
    DEMO_ADMIN_EMAIL: secrets.adminEmail,
    DEMO_ADMIN_PASSWORD: secrets.adminPassword,
    ...database.env,
    ...redis.env,
  }
  await step('Schema', () => runScript('migrate', base), line => line || 'up to date')
  const outside = await step('Sandbox', () => startOutsideWorld(lifecycle, secrets, `http://127.0.0.1:${port}`, print('sandbox')), part => part.about)
  // The real gateway knows nothing of orders that never were.
  const past: Record<string, string> = outside.env.STRIPE_API_URL ? { PAST_ORDERS_AT: outside.env.SANDBOX_URL! } : {}
  await step('Catalogue', () => runScript('seed', { ...base, ...past }), line => line || 'filled')

  const env = { ...base, ...outside.env }
  if (options.dev) await step('Nuxt', () => startDevServer(lifecycle, env, port, print), () => 'serves, works and reloads what changes')
  else await step('Shop', () => startWebAndWorker(lifecycle, env, port, print), () => 'a web and a worker process are ready')

  say(box([
    `Monolith Supply   http://localhost:${port}   ready after ${elapsed()}`,
    '',
    `Shopper    ${secrets.shopperEmail.padEnd(26)}${secrets.shopperPassword}`,
    `Admin      ${secrets.adminEmail.padEnd(26)}${secrets.adminPassword}`,
    '',
    'Codes      TENOFF, FIVER and POSTED take something off',
    '',
    `Postgres   ${database.about}`,
    `Redis      ${redis.about}`,
    `Services   ${outside.about}`,
    `Mail       ${process.env.SMTP_URL ? 'sent through SMTP_URL' : `kept in .data/mail, shown at http://localhost:${port}/demo/mail`}`,
    '',
    `Logs in ${join('.data', 'logs')}. Ctrl-C stops everything; --reset starts over.`,
  ]))
  if (!options.dev) void drawAhead(`http://127.0.0.1:${port}`)
})

/** Runs one of the scripts beside this one and returns its last line. */
function runScript(name: string, env: Record<string, string>): Promise<string> {
  return runToEnd({
    name: `scripts/${name}.ts`,
    command: process.execPath,
    args: [join(projectDir, 'scripts', `${name}.ts`)],
    env: { ...projectEnv(), ...env },
    cwd: projectDir,
    logFile: join(dataDir, `logs/${name}.log`),
  })
}
