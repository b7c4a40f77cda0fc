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

  function write(): void {
    const next = new Map<string, string[]>()
    for (const { service, address, ready } of instances.all()) {
      if (ready && !state.drained.includes(address)) next.set(service, [...next.get(service) ?? [], address])
    }
    // With nobody ready anybody is better than nobody: nginx finds out by itself who answers.
    for (const [service, addresses] of listed) if (!next.has(service)) next.set(service, addresses)
    if (!next.has(state.stable)) {
      const present = instances.all().filter(({ service }) => service === state.stable).map(({ address }) => address)
      next.set(state.stable, present.length > 0 ? present : ['127.0.0.1:9'])
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
      const there = new Set(instances.all().map(({ address }) => address))
      const wanted = { ...state, ...next }
      // An address that is gone may be another instance's tomorrow.
      state = { ...wanted, drained: wanted.drained.filter(address => there.has(address)) }
      writeWhole(stateFile, `${JSON.stringify(state, null, 2)}\n`)
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
