/**
 * Which instances there are, and which of them are ready: names are resolved and each address is asked for its readiness, again
 * and again.
 */
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'

/** A name or address with a port, under which instances of a service are found. */
export interface Place { service: string, host: string, port: number }

/** Reads `web=web:3000,web-next=web-next:3000`; a service may stand there several times. @throws naming what is no place */
export function parsePlaces(text: string): Place[] {
  return text.split(',').map(one => one.trim()).filter(Boolean).map((one) => {
    const [, service, host, port] = /^([a-z0-9-]{1,40})=\[?([^\s[\]]+?)\]?:(\d{1,5})$/.exec(one) ?? []
    if (!service || !host) throw new Error(`"${one}" is no place: service=host:port was expected`)
    return { service, host, port: Number(port) }
  })
}

/** The same from a JSON file `{ "web": ["127.0.0.1:4001"] }`. */
function placesOfFile(file: string): Place[] {
  const services = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>
  return Object.entries(services).flatMap(([service, addresses]) => addresses.flatMap(address => parsePlaces(`${service}=${address}`)))
}

export interface Instance {
  service: string
  address: string
  /** Null until its first answer. */
  ready: boolean | null
  /** Answers that did not come, one after another. */
  silences: number
}

interface InstancesOptions {
  places: readonly Place[]
  /** Read again at each round; beside `places`. */
  file?: string
  probeMs: number
  /** How long a readiness answer may take, in milliseconds. */
  timeoutMs?: number
  onChange: () => void
}

export interface Instances {
  all(): Instance[]
  /** Resolves when each instance that is known by then has been asked once. */
  firstRound: Promise<void>
  stop(): void
}

const refused = (error: unknown) => error instanceof Error && /ECONNREFUSED|EHOSTUNREACH/.test(String((error.cause as { code?: string } | undefined)?.code ?? ''))

/**
 * Watches. Who says no or has closed the door is out at once; who says nothing may just be slow, and is out after the third time.
 * A name that cannot be resolved has no instances, unless nobody can be asked at all: then what was known stays.
 */
export function watchInstances({ places, file, probeMs, timeoutMs = 1_000, onChange }: InstancesOptions): Instances {
  const known = new Map<string, Instance>()
  let stopped = false

  async function resolve(): Promise<void> {
    const wanted = [...places, ...(file ? placesOfFile(file) : [])]
    const found = await Promise.all(wanted.map(async ({ service, host, port }) => {
      try {
        const addresses = await lookup(host, { all: true })
        return addresses.map(({ address, family }) => ({ service, address: family === 6 ? `[${address}]:${port}` : `${address}:${port}` }))
      }
      catch (error) {
        // Says that there is no such name, which is how a scaled-down service looks; anything else is the resolver's trouble.
        if ((error as { code?: string }).code === 'ENOTFOUND') return []
        return [...known.values()].filter(instance => instance.service === service)
      }
    }))
    const keys = new Set<string>()
    for (const { service, address } of found.flat()) {
      const key = `${service} ${address}`
      keys.add(key)
      if (!known.has(key)) known.set(key, { service, address, ready: null, silences: 0 })
    }
    for (const key of known.keys()) if (!keys.has(key)) known.delete(key)
  }

  async function ask(instance: Instance): Promise<void> {
    try {
      const answer = await fetch(`http://${instance.address}/api/health/ready`, { signal: AbortSignal.timeout(timeoutMs) })
      await answer.arrayBuffer()
      instance.silences = 0
      instance.ready = answer.status === 200
    }
    catch (error) {
      instance.silences += 1
      if (refused(error) || instance.silences >= 3) instance.ready = false
    }
  }

  const picture = () => JSON.stringify([...known.values()].map(({ service, address, ready }) => [service, address, ready]))
  async function round(): Promise<void> {
    const before = picture()
    await resolve().catch(() => {})
    await Promise.all([...known.values()].map(ask))
    if (!stopped && picture() !== before) onChange()
  }

  const firstRound = round()
  let timer: NodeJS.Timeout | undefined
  const again = () => {
    if (stopped) return
    timer = setTimeout(() => void round().finally(again), probeMs)
  }
  void firstRound.finally(again)
  return {
    all: () => [...known.values()].sort((a, b) => a.address.localeCompare(b.address)),
    firstRound,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
