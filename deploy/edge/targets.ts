/** Where requests go: the ready instances, less the drained ones, in the shares of the release; written down for nginx. */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type Place, watchInstances } from './instances.ts'
import { readReleaseState, type ReleaseState, writeWhole } from './release-state.ts'
import { upstreamFile as render } from './upstream-file.ts'

interface TargetsOptions {
  places: readonly Place[]
  file?: string
  probeMs: number
  upstreamFile: string
  stateFile: string
  statusUrl: string
  say: (message: string, facts?: Record<string, unknown>) => void
}

export interface Target { service: string, address: string, ready: boolean, drained: boolean, listed: boolean }

export interface Targets {
  all(): Target[]
  services(): string[]
  release(): ReleaseState
  /** Writes the change down, and resolves to whether nginx has it, within five seconds. */
  change(next: Partial<ReleaseState>): Promise<boolean>
  generation(): number
  /** Which list nginx goes by; null when it does not answer. */
  applied(): Promise<number | null>
  written(): boolean
  stop(): void
}

export function createTargets({ places, file, probeMs, upstreamFile, stateFile, statusUrl, say }: TargetsOptions): Targets {
  const instances = watchInstances({ places, file, probeMs, onChange: () => write() })
  let state = readReleaseState(stateFile, places[0]?.service ?? 'web')
  /** By service: what nginx has been told last. */
  let listed = new Map<string, string[]>()
  let generation = 0
  let last = ''
  try {
    generation = Number(/edge_generation \{\s+default (\d+)/.exec(readFileSync(upstreamFile, 'utf8'))?.[1] ?? 0)
  }
  catch {
    // The first list of this installation.
  }

  const keep = () => writeWhole(stateFile, `${JSON.stringify(state, null, 2)}\n`)
  /** An address that is gone will be another instance's: engines give out the first that is free. */
  const stillThere = (addresses: readonly string[]) => addresses.filter(address => instances.all().some(one => one.address === address))

  function write(): void {
    const all = instances.all()
    const drained = stillThere(state.drained)
    if (drained.length < state.drained.length) {
      state = { ...state, drained }
      keep()
    }
    const next = new Map<string, string[]>()
    for (const { service, address, ready } of all) {
      if (ready && !drained.includes(address)) next.set(service, [...next.get(service) ?? [], address])
    }
    const [another] = next.values()
    // With nobody ready anybody is better than nobody: nginx finds out by itself who answers.
    for (const [service, addresses] of listed) if (!next.has(service) && (!another || all.some(one => one.service === service))) next.set(service, addresses)
    if (!next.has(state.stable)) {
      const present = all.filter(({ service }) => service === state.stable).map(({ address }) => address)
      // A colour that is not even started, while the other one is ready: what the file says was somebody's will at another time.
      next.set(state.stable, present.length > 0 ? present : another ?? ['127.0.0.1:9'])
    }
    listed = next
    const text = render(next, state, 0)
    if (text === last) return
    last = text
    generation += 1
    writeWhole(upstreamFile, render(next, state, generation))
    say('nginx gets another list', { generation, ...Object.fromEntries(next) })
  }
  void instances.firstRound.then(() => {
    if (last === '') write()
  })

  async function applied(): Promise<number | null> {
    try {
      const answer = await fetch(`${statusUrl}/generation`, { signal: AbortSignal.timeout(1_000) })
      return answer.ok ? Number(await answer.text()) : null
    }
    catch {
      return null
    }
  }

  return {
    all: () => instances.all().map(({ service, address, ready }) => ({ service, address, ready: ready === true, drained: state.drained.includes(address), listed: listed.get(service)?.includes(address) ?? false })),
    services: () => [...new Set([...places.map(place => place.service), ...instances.all().map(one => one.service)])],
    release: () => state,
    async change(next) {
      const wanted = { ...state, ...next }
      state = { ...wanted, drained: stillThere(wanted.drained) }
      keep()
      write()
      for (const end = Date.now() + 5_000; Date.now() < end; await delay(50)) if (await applied() === generation) return true
      return false
    },
    generation: () => generation,
    applied,
    written: () => last !== '',
    stop: instances.stop,
  }
}
