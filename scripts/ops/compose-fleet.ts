// Web and worker containers of the compose project. A new one is started beside the old ones from another tag of the image.
import { compose, docker } from './docker.ts'
import { type AskAgent, drain, isListed, undrain } from './edge.ts'
import { Refusal } from './refusal.ts'
import type { Fleet, Instance, Service } from './rollout.ts'

/** Asks from inside the agent's container: its port is not open to the outside. */
export const askComposeAgent: AskAgent = async (method, path, body) => {
  const program = `const [method, path, body] = process.argv.slice(1)
    const headers = { 'content-type': 'application/json', ...(process.env.EDGE_AGENT_TOKEN && { authorization: 'Bearer ' + process.env.EDGE_AGENT_TOKEN }) }
    const answer = await fetch('http://127.0.0.1:' + process.env.EDGE_AGENT_PORT + path, { method, headers, body: body || undefined })
    console.log(JSON.stringify({ status: answer.status, body: await answer.json() }))`
  const text = await compose(['exec', '-T', 'edge-agent', 'node', '--input-type=module', '-e', program, method, path, body === undefined ? '' : JSON.stringify(body)])
  return JSON.parse(text) as { status: number, body: unknown }
}

interface Container { id: string, image: string, address: string, health: string }

async function inspect(ids: readonly string[]): Promise<Container[]> {
  if (ids.length === 0) return []
  const format = '{{.Id}}|{{.Config.Image}}|{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}|{{if .State.Health}}{{.State.Health.Status}}{{end}}'
  return (await docker(['inspect', '-f', format, ...ids])).trim().split('\n').map((line) => {
    const [id, image, address, health] = line.split('|')
    return { id: id!.slice(0, 12), image: image!, address: `${address}:3000`, health: health! }
  })
}

export const containersOf = async (service: string) => inspect((await compose(['ps', '-q', service])).split('\n').filter(Boolean))
/** `monolith-supply:1.4` is of the release `1.4`. */
const releaseOf = ({ image }: Container) => image.split(':').at(-1)!

export interface ComposeFleet extends Fleet { stopWatching(): void }

/** @param proxyUrl where requests are sent four times a second, to see whether any fails */
export function composeFleet(proxyUrl: string, ask: AskAgent = askComposeAgent): ComposeFleet {
  let failed = 0
  let asked = 0
  const timer = setInterval(() => {
    // A new address each time, or the proxy's cache would answer.
    fetch(`${proxyUrl}/api/products?limit=1&minPrice=${asked++ % 5_000}`, { signal: AbortSignal.timeout(5_000) }).then(
      async (answer) => {
        await answer.arrayBuffer()
        if (answer.status >= 500) failed += 1
      },
      () => (failed += 1),
    )
  }, 250)

  const known = new Map<string, Container & { service: Service }>()
  async function list(): Promise<Instance[]> {
    const services = ['worker', 'web'] as const
    for (const service of services) for (const container of await containersOf(service)) known.set(container.id, { ...container, service })
    const running = new Set((await compose(['ps', '-q', ...services])).split('\n').map(id => id.slice(0, 12)))
    return [...known.values()].filter(one => running.has(one.id)).map(one => ({ id: one.id, service: one.service, release: releaseOf(one) }))
  }
  const of = ({ id }: Instance) => known.get(id) ?? { id, address: '' }

  return {
    list,
    async start(service, release) {
      const before = (await list()).filter(one => one.service === service)
      await compose(['up', '-d', '--no-deps', '--no-recreate', '--no-build', '--scale', `${service}=${before.length + 1}`, service], { env: { IMAGE_TAG: release, APP_VERSION: release } })
      const started = (await list()).find(one => one.service === service && !before.some(old => old.id === one.id))
      if (!started) throw new Refusal(`No new ${service} was started.`)
      return started
    },
    async isReady(instance) {
      const [container] = await inspect([instance.id])
      return container?.health === 'healthy' && (instance.service === 'worker' || isListed(ask, container.address))
    },
    async retire(instance) {
      const ready = await this.isReady(instance).catch(() => false)
      if (instance.service === 'web' && ready) await drain(ask, of(instance).address)
      // SIGTERM, and its own grace period: what it does it ends.
      await docker(['stop', instance.id])
      await docker(['rm', instance.id])
      if (instance.service === 'web') await undrain(ask, of(instance).address)
      known.delete(instance.id)
    },
    failures: () => failed,
    stopWatching: () => clearInterval(timer),
  }
}
