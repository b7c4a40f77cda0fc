import type { TestProject } from 'vitest/node'
import { startStack } from '../harness/stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    shop: { url: string, primaryUrl: string, replicaUrl: string, sandboxUrl: string, queueUrl: string, cacheUrl: string, dataDir: string, stripeSecretKey: string }
  }
}

/** One shop for all files of a project; each test brings its own products and shoppers. */
export async function setup({ provide }: TestProject) {
  const stack = await startStack({ env: { INVARIANTS_EVERY_MS: '4000' }, sandbox: { CARRIER_STEP_MS: '400' } })
  provide('shop', {
    url: stack.urls[0]!,
    primaryUrl: stack.cluster.primaryUrl,
    replicaUrl: stack.cluster.replicaUrl!,
    sandboxUrl: stack.sandbox.url,
    queueUrl: stack.queue!.url,
    cacheUrl: stack.cache!.url,
    dataDir: stack.dataDir,
    stripeSecretKey: stack.env.STRIPE_SECRET_KEY!,
  })
  return () => stack.stop()
}
