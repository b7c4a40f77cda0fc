import { defineCachedEventHandler, defineNitroPlugin, useRuntimeConfig, useStorage } from 'nitropack/runtime'
import { composePlatform, composeShop } from '../composition.ts'
import { freshness, keptForS } from '../platform/cache/freshness.ts'
import { memoryCacheDriver } from '../platform/cache/memory-driver.ts'
import { redisCacheDriver } from '../platform/cache/storage-driver.ts'
import { ConfigError, loadConfig } from '../platform/config.ts'
import { countAnswer } from '../platform/http/count-answer.ts'
import { isInternal } from '../platform/http/internal-request.ts'
import { shutDownOnSignal } from '../platform/http/shutdown.ts'
import { createLifecycle } from '../platform/lifecycle.ts'
import { logAnswer } from '../platform/telemetry/access-log.ts'
import { captureConsole } from '../platform/telemetry/capture-console.ts'
import { ServerTiming, stampTiming } from '../platform/telemetry/server-timing.ts'
import { type Ask, warmUp } from '../warm-up.ts'
import { startWorker } from '../worker.ts'

const keptS = new Map(Object.values(freshness).map(row => [row.name, keptForS(row)]))
/** As Nitro names an entry: `public:<row>:<key>.json`. */
const ttlS = (key: string) => keptS.get(key.split(':')[1] ?? '') ?? 60

function readConfig() {
  try {
    return loadConfig(process.env)
  }
  catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(78)
  }
}

/** Puts the process together when it starts, gives each request what it stands on, and takes it apart in order. */
export default defineNitroPlugin(async (nitro) => {
  const config = readConfig()
  const lifecycle = createLifecycle()
  if (!import.meta.dev) {
    process.env.NITRO_SHUTDOWN_DISABLED = 'true'
    shutDownOnSignal({ lifecycle, ...config.shutdown, close: () => nitro.hooks.callHook('close'), warn: message => void process.stderr.write(`${message}\n`) })
  }
  const composed = composePlatform(config, { defineCached: defineCachedEventHandler, lifecycle })
  const storage = useStorage()
  const ready = composed.then(async ({ platform, guard }) => {
    if (!import.meta.dev) captureConsole(platform.log)
    await storage.unmount('cache')
    // Of another build, a page would name scripts that are gone.
    const prefix = `cache:${config.version}:${useRuntimeConfig().app.buildId}:`
    storage.mount('cache', guard ? redisCacheDriver({ guard, ttlS, prefix }) : memoryCacheDriver({ maxEntries: 2_000, ttlS }))
    const shop = composeShop(platform)
    const worker = config.role === 'web' ? null : startWorker(platform, shop)
    return { platform, shop, worker }
  })

  void ready.then(async ({ platform }) => {
    // A worker answers no page, and a page under development is compiled when somebody looks at it.
    if (config.role !== 'worker' && !import.meta.dev) await warmUp({ ask: nitro.localFetch as Ask, log: platform.log })
    lifecycle.serve()
  })

  nitro.hooks.hook('request', async (event) => {
    const { platform, shop } = await ready
    const { gateway, onSignedIn, heldByOwner, stopShipment, orderDesk, recommendations, pictures, invariants, personalData, confirmationSentAt } = shop
    Object.assign(event.context, { platform, gateway, onSignedIn, heldByOwner, stopShipment, orderDesk, recommendations, pictures, invariants, personalData, confirmationSentAt, timing: new ServerTiming() })
    event.context.timing.note('instance', config.instanceId)
    stampTiming(event.node.res, event.context.timing)
    // What a page asks of us while it is rendered is the page's.
    if (config.metrics && !isInternal(event)) countAnswer(event, platform.metrics)
    if (config.logLevel === 'debug') logAnswer(event, platform.log)
  })
  nitro.hooks.hook('beforeResponse', (event) => {
    if (lifecycle.phase() === 'leaving' && !event.node.res.headersSent) event.node.res.setHeader('connection', 'close')
  })
  nitro.hooks.hook('close', async () => {
    const { worker } = await ready
    await worker?.stop()
    await (await composed).close()
  })
})
