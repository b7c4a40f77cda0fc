import type { TestProject } from 'vitest/node'
import { startTestCluster } from '../harness/cluster.ts'

/** One cluster for all files of a project; each makes its databases there, and who breaks a server starts servers of their own. */
export async function setup({ provide }: TestProject) {
  const { stop, ...urls } = await startTestCluster()
  provide('cluster', urls)
  return stop
}
