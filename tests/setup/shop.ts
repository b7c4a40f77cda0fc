import type { TestProject } from 'vitest/node'
import { startTestCluster } from '../harness/cluster.ts'
import { addressesOf, type ShopAddresses, startStack } from '../harness/stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    shop: ShopAddresses
  }
}

/** Vitest runs a setup once for each project; all projects of one run share the same shop. */
const memory = globalThis as { sharedShop?: { users: number, started: ReturnType<typeof startSharedShop> } }

/** One shop for all files of the project, on a cluster on which they make databases of their own; each test brings its own products and shoppers. */
export async function setup({ provide }: TestProject) {
  const shared = memory.sharedShop ??= { users: 0, started: startSharedShop() }
  shared.users += 1
  const { cluster, shop, stop } = await shared.started
  provide('cluster', cluster)
  provide('shop', shop)
  return async () => {
    shared.users -= 1
    if (shared.users === 0) await stop()
  }
}

async function startSharedShop() {
  const { stop: stopCluster, ...cluster } = await startTestCluster()
  try {
    const stack = await startStack({ on: cluster, env: { INVARIANTS_EVERY_MS: '4000' }, sandbox: { CARRIER_STEP_MS: '400' } })
    return { cluster, shop: addressesOf(stack), stop: () => stack.stop().finally(stopCluster) }
  }
  catch (error) {
    await stopCluster()
    throw error
  }
}
