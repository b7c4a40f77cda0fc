import type { DatabaseServer } from './database-server.ts'
import { stateOf } from './database-server.ts'
import { type AskAgent, edgeInstances, edgeRelease } from './edge.ts'

/** The sums of a gauge in a Prometheus text by the value of one label; `queue_jobs{…,state="waiting"} 3` counts for `waiting`. */
export function sumBy(metrics: string, gauge: string, label: string): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [, labels, value] of metrics.matchAll(new RegExp(`^${gauge}\\{([^}]*)\\} (\\S+)$`, 'gm'))) {
    const key = new RegExp(`\\b${label}="([^"]*)"`).exec(labels!)?.[1] ?? ''
    sums[key] = (sums[key] ?? 0) + Number(value)
  }
  return sums
}

interface StatusSources { servers: readonly DatabaseServer[], ask: AskAgent | null, workerMetrics: (() => Promise<string>) | null }

/** What runs, a line each; what cannot be asked says so instead of failing the rest. */
export async function statusLines({ servers, ask, workerMetrics }: StatusSources): Promise<string[]> {
  const silent = (what: string) => () => [`${what}: no answer`]
  const parts = await Promise.all([
    ...servers.map(async (server) => {
      const state = await stateOf(server)
      if (!state) return [`${server.name}: no answer`]
      const { role, timeline, position, lagBytes } = state
      return [`${server.name}: ${role}, timeline ${timeline}, at ${position}${role === 'standby' ? `, ${lagBytes} bytes received and not replayed` : ''}`]
    }),
    ...(ask
      ? [
          edgeRelease(ask).then(({ stable, canary, canaryShare }) => [`release: ${stable}${canary ? `, and ${canary} for ${canaryShare} % of the browsers` : ' for everybody'}`], silent('edge agent')),
          edgeInstances(ask).then(({ instances }) => instances.map(one => `${one.service} ${one.address}: ${one.ready ? 'ready' : 'not ready'}, ${one.listed ? 'gets requests' : 'gets none'}${one.drained ? ', drained' : ''}`), () => []),
        ]
      : []),
    ...(workerMetrics
      ? [workerMetrics().then((text) => {
          const jobs = sumBy(text, 'queue_jobs', 'state')
          return [`queues: ${Object.entries(jobs).map(([state, count]) => `${count} ${state}`).join(', ') || 'no figures'}`]
        }, silent('queues'))]
      : []),
  ])
  return parts.flat()
}
