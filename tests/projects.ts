import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface TestProject {
  name: string
  /** Paths from the top of the repository. */
  files: string[]
  /** How many of its files run at a time. */
  workers: number
  /** What all its files share, started before the first: a running shop, or a Postgres cluster to make databases on. */
  shares?: 'shop' | 'cluster'
}

/**
 * Files that change what all shoppers of the shared shop meet, such as a fault of the sandbox, or count all that the shop has: each
 * has a shop to itself while it runs.
 */
const alone: readonly string[] = [
  'tests/integration/abandoned-checkout.test.ts',
  'tests/integration/admin.test.ts',
  'tests/integration/after-buying.test.ts',
  'tests/integration/bad-orders.test.ts',
  'tests/integration/buying.test.ts',
  'tests/integration/desk.test.ts',
  'tests/integration/own-data.test.ts',
  'tests/integration/promotions.test.ts',
  'tests/integration/reconciler.test.ts',
  'tests/integration/returns.test.ts',
  'tests/integration/trace-context.test.ts',
  'tests/e2e/after-buying.test.ts',
  'tests/e2e/buying.test.ts',
  'tests/e2e/desk.test.ts',
  'tests/e2e/kept-focus.test.ts',
  'tests/e2e/paying.test.ts',
]

/** Files of tests/fault that compare times or throughput, so nothing else may run beside them. */
const quiet: readonly string[] = [
  'tests/fault/alerts.test.ts',
  'tests/fault/caching.test.ts',
  'tests/fault/chaos.test.ts',
  'tests/fault/limits.test.ts',
  'tests/fault/matrix.test.ts',
  'tests/fault/overload.test.ts',
]

function filesIn(folder: string): string[] {
  return globSync(`tests/${folder}/**/*.test.ts`, { cwd: root }).map(file => file.replaceAll('\\', '/')).toSorted()
}
const except = (files: readonly string[], others: readonly string[]) => files.filter(file => !others.includes(file))

/** Every test file is in exactly one project, `compose` aside: its files run where a Docker engine answers, COMPOSE_TESTS=1. */
export const testProjects: readonly TestProject[] = [
  { name: 'unit', files: filesIn('unit'), workers: 2 },
  { name: 'architecture', files: filesIn('architecture'), workers: 2 },
  { name: 'contract', files: filesIn('contract'), workers: 2 },
  { name: 'launch', files: filesIn('launch'), workers: 2 },
  { name: 'integration', files: except(filesIn('integration'), alone), workers: 2, shares: 'shop' },
  { name: 'e2e', files: except(filesIn('e2e'), alone), workers: 2, shares: 'shop' },
  { name: 'alone', files: [...alone], workers: 1, shares: 'shop' },
  { name: 'fault', files: except(filesIn('fault'), quiet), workers: 2, shares: 'cluster' },
  { name: 'quiet', files: [...quiet], workers: 1, shares: 'cluster' },
  ...(process.env.COMPOSE_TESTS === '1' ? [{ name: 'compose', files: filesIn('compose'), workers: 1 }] : []),
]
