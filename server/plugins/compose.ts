import { defineNitroPlugin, useStorage } from 'nitropack/runtime'
import memoryDriver from 'unstorage/drivers/lru-cache'
import { composePlatform, composeShop } from '../composition.ts'
import { redisCacheDriver } from '../platform/cache/storage-driver.ts'
import { ConfigError, loadConfig } from '../platform/config.ts'
import { countAnswer } from '../platform/http/count-answer.ts'
import { shutDownOnSignal } from '../platform/http/shutdown.ts'
import { createLifecycle } from '../platform/lifecycle.ts'
import { ServerTiming } from '../platform/telemetry/server-timing.ts'
import { type Ask, warmUp } from '../warm-up.ts'
import { startWorker } from '../worker.ts'

const cacheTtlS = 600

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
  const composed = composePlatform(config, lifecycle)
  const storage = useStorage()
  const ready = composed.then(async ({ platform, redis }) => {
    await storage.unmount('cache')
    storage.mount('cache', redis ? redisCacheDriver({ redis, ttlS: cacheTtlS, prefix: `cache:${config.version}:` }) : memoryDriver({ max: 2_000, ttl: cacheTtlS * 1_000 }))
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
    const { gateway, onSignedIn, stopShipment, recommendations, pictures, invariants } = shop
    Object.assign(event.context, { platform, gateway, onSignedIn, stopShipment, recommendations, pictures, invariants, timing: new ServerTiming() })
    if (config.metrics) countAnswer(event, platform.metrics)
  })
  nitro.hooks.hook('beforeResponse', (event) => {
    if (event.node.res.headersSent) return
    event.node.res.setHeader('server-timing', event.context.timing.header())
    if (lifecycle.phase() === 'leaving') event.node.res.setHeader('connection', 'close')
  })
  nitro.hooks.hook('close', async () => {
    const { worker } = await ready
    await worker?.stop()
    await (await composed).close()
  })
})
