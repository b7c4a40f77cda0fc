import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../scripts/launch/child.ts'
import { untilHealthy } from '../../scripts/launch/readiness.ts'
import { freePort } from './stack.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One more process beside the running shop, on its databases and queues. Stop it when the test is done. */
export async function startProcess(shop: { primaryUrl: string, replicaUrl: string, sandboxUrl: string, queueUrl: string, cacheUrl: string }, env: Record<string, string>): Promise<{ url: string, logFile: string, stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'process-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const logFile = join(dataDir, 'process.log')
  const child = startChild({
    name: env.APP_ROLE ?? 'all',
    command: process.execPath,
    args: [join(root, '.output/server/index.mjs')],
    cwd: root,
    logFile,
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      APP_MODE: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: shop.primaryUrl,
      DATABASE_READ_URL: shop.replicaUrl,
      REDIS_CACHE_URL: shop.cacheUrl,
      REDIS_QUEUE_URL: shop.queueUrl,
      STRIPE_SECRET_KEY: 'sk_test_0123456789abcdef',
      STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
      STRIPE_API_URL: shop.sandboxUrl,
      SANDBOX_URL: shop.sandboxUrl,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      RATE_LIMITS: 'off',
      LOOP_DELAY_TARGET_MS: '1000',
      ...env,
    },
  })
  const stop = async () => {
    await child.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await untilHealthy(child, url)
    return { url, logFile, stop }
  }
  catch (error) {
    await stop()
    throw error
  }
}
