// Prevents: a fault test that fails once and never again.
// Guarantees: with one seed, one knob setting and one order of requests, the same requests fail. Each knob of each service
// draws from its own stream, so turning one does not move another's failures; setting knobs starts their streams afresh.
import type { z } from 'zod'
import { seededStream } from '../random.ts'
import { knobSchemas, serviceNames } from './knobs.ts'
import type { Knobs, ServiceName } from './knobs.ts'

export interface Faults {
  get: (service: ServiceName) => Knobs
  /** Replaces a service's knobs. @throws z.ZodError when a knob is unknown to the service or out of range */
  set: (service: ServiceName, knobs: unknown) => Knobs
  clear: (service: ServiceName) => void
  /** Draws: true with the given probability. 0 and 1 draw nothing. */
  roll: (service: ServiceName, knob: keyof Knobs, probability: number | undefined) => boolean
  /** Draws one of several choices, evenly. */
  pick: <Choice>(service: ServiceName, knob: keyof Knobs, choices: readonly [Choice, ...Choice[]]) => Choice
  onChange: (listener: (service: ServiceName) => void) => void
}

/** @param initial knobs at the start, checked like any other setting */
export function createFaults(seed: string, initial: Partial<Record<ServiceName, Knobs>> = {}): Faults {
  const knobs = new Map<ServiceName, Knobs>()
  const streams = new Map<string, () => number>()
  const listeners: ((service: ServiceName) => void)[] = []

  const draw = (service: ServiceName, knob: string) => {
    const name = `${service}/${knob}`
    const stream = streams.get(name) ?? seededStream(`${seed}/${name}`)
    streams.set(name, stream)
    return stream()
  }
  const replace = (service: ServiceName, value: Knobs) => {
    knobs.set(service, value)
    for (const name of streams.keys()) if (name.startsWith(`${service}/`)) streams.delete(name)
    for (const listener of listeners) listener(service)
    return value
  }

  const faults: Faults = {
    get: service => knobs.get(service) ?? {},
    set: (service, value) => replace(service, knobSchemas[service].parse(value)),
    clear: service => void replace(service, {}),
    roll: (service, knob, probability = 0) => probability > 0 && (probability >= 1 || draw(service, knob) < probability),
    pick: (service, knob, choices) => choices[Math.floor(draw(service, knob) * choices.length)] ?? choices[0],
    onChange: listener => void listeners.push(listener),
  }
  for (const service of serviceNames) faults.set(service, initial[service] ?? {})
  return faults
}

/** The reasons of a refused setting, one per knob. */
export function reasons(error: z.ZodError): { path: string, message: string }[] {
  return error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }))
}
