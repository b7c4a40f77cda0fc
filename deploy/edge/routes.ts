import type { Purger } from './purge.ts'
import { mistakeIn } from './release-state.ts'
import type { Targets } from './targets.ts'

interface Reply { status: number, body: unknown }

const no = (status: number, error: string): Reply => ({ status, body: { error } })
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** nginx' own counters, as `stub_status` words them; none when it does not answer. */
async function connectionsOf(statusUrl: string): Promise<string[]> {
  try {
    const text = await (await fetch(`${statusUrl}/status`, { signal: AbortSignal.timeout(1_000) })).text()
    const numbers = text.match(/\d+/g) ?? []
    return ['active', 'accepted', 'handled', 'requests', 'reading', 'writing', 'waiting'].map((name, place) => `edge_nginx_${name}${['accepted', 'handled', 'requests'].includes(name) ? '_total' : ''} ${numbers[place] ?? 0}`)
  }
  catch {
    return []
  }
}

/** The agent's HTTP API without HTTP; deploy/edge/agent.ts describes it. */
export function createRoutes({ targets, purger, statusUrl }: { targets: Targets, purger: Purger, statusUrl: string }) {
  const release = async (applied: boolean) => ({ ...targets.release(), generation: targets.generation(), applied })
  const isApplied = async () => await targets.applied() === targets.generation()

  async function setRelease(body: Record<string, unknown>): Promise<Reply> {
    const { stable, canary, canaryShare } = { ...targets.release(), ...body }
    const mistake = mistakeIn({ ...body, stable, canary, canaryShare }, targets.services())
    if (mistake) return no(400, mistake)
    for (const service of [stable, ...(canary !== null && canaryShare > 0 ? [canary] : [])]) {
      if (!targets.all().some(target => target.service === service && target.ready && !target.drained)) return no(409, `no instance of ${service} is ready`)
    }
    return { status: 200, body: await release(await targets.change({ stable, canary, canaryShare })) }
  }

  async function drain(address: unknown): Promise<Reply> {
    const target = targets.all().find(one => one.address === address)
    if (!target) return no(404, 'there is no such instance')
    const others = targets.all().filter(one => one.service === target.service && one.address !== address && one.ready && !one.drained)
    if (others.length === 0) return no(409, `it is the last one of ${target.service}`)
    const drained = [...new Set([...targets.release().drained, target.address])]
    return { status: 200, body: await release(await targets.change({ drained })) }
  }

  async function metrics(): Promise<string> {
    const { purges, deleted, pending } = purger.counts()
    const { files, bytes } = purger.size()
    const all = targets.all()
    const states = { ready: all.filter(one => one.ready), listed: all.filter(one => one.listed), drained: all.filter(one => one.drained) }
    const instances = Object.entries(states).flatMap(([state, some]) => targets.services().map(service => `edge_instances{service="${service}",state="${state}"} ${some.filter(one => one.service === service).length}`))
    return [
      '# TYPE edge_instances gauge', ...instances,
      '# TYPE edge_purges_total counter', `edge_purges_total ${purges}`,
      '# TYPE edge_purges_pending gauge', `edge_purges_pending ${pending}`,
      '# TYPE edge_purged_files_total counter', `edge_purged_files_total ${deleted}`,
      '# TYPE edge_cache_files gauge', `edge_cache_files ${files}`,
      '# TYPE edge_cache_bytes gauge', `edge_cache_bytes ${bytes}`,
      '# TYPE edge_list_generation gauge', `edge_list_generation ${targets.generation()}`,
      '# TYPE edge_list_applied gauge', `edge_list_applied ${await targets.applied() ?? -1}`,
      '# TYPE edge_canary_share gauge', `edge_canary_share ${targets.release().canary === null ? 0 : targets.release().canaryShare}`,
      ...await connectionsOf(statusUrl),
      '',
    ].join('\n')
  }

  return async (method: string, path: string, body: unknown): Promise<Reply> => {
    if (!isObject(body)) return no(400, 'an object was expected')
    switch (`${method} ${path}`) {
      case 'GET /health': return { status: targets.written() ? 200 : 503, body: { status: targets.written() ? 'pass' : 'fail' } }
      case 'GET /metrics': return { status: 200, body: await metrics() }
      case 'GET /instances': return { status: 200, body: { generation: targets.generation(), applied: await isApplied(), instances: targets.all() } }
      case 'GET /release': return { status: 200, body: await release(await isApplied()) }
      case 'PUT /release': return setRelease(body)
      case 'POST /drain': return drain(body.address)
      case 'POST /purge': {
        const { tags } = body
        if (tags !== null && !(Array.isArray(tags) && tags.every(tag => typeof tag === 'string'))) return no(400, 'tags is a list of words, or null for everything')
        return { status: 200, body: { deleted: await purger.purge(tags) } }
      }
    }
    const [, address] = /^\/drain\/(.+)$/.exec(path) ?? []
    if (method !== 'DELETE' || !address) return no(404, 'there is no such route')
    const drained = targets.release().drained.filter(one => one !== address)
    return { status: 200, body: await release(await targets.change({ drained })) }
  }
}
