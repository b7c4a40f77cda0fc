// Replaces running instances by those of another release, one at a time: the new one is started and ready before an old one
// is drained, so that capacity never falls. When it does not go well, the same is done the other way round.
import { Refusal, untilTrue } from './refusal.ts'

export type Service = 'web' | 'worker'
export interface Instance { id: string, service: Service, release: string }

export interface Fleet {
  list(): Promise<Instance[]>
  start(service: Service, release: string): Promise<Instance>
  /** Ready, and for a web instance: the balancer sends it requests. */
  isReady(instance: Instance): Promise<boolean>
  /** Nothing new goes there, what it does it ends, and it is gone. */
  retire(instance: Instance): Promise<void>
  /** Requests through the balancer that failed so far, of those that `rollOut` is watched by. */
  failures(): number
}

export type Step = { act: 'start', service: Service, release: string } | { act: 'retire', instance: Instance }

/** Who reads before who writes: a new worker knows the events of the old web, an old worker not those of the new one. */
const order: readonly Service[] = ['worker', 'web']

/** What has to be done for every instance to be of `release`, as many as `wanted` has; those that are stay. */
export function planRollout(running: readonly Instance[], release: string, wanted: readonly Instance[] = running): Step[] {
  const of = (service: Service, all: readonly Instance[]) => all.filter(one => one.service === service)
  return order.flatMap((service) => {
    // One that was started and whose turn it was not yet to replace another needs nobody in its place.
    const surplus = of(service, running).length - of(service, wanted).length
    return of(service, running).filter(one => one.release !== release)
      .flatMap((instance, index): Step[] => [...(index < surplus ? [] : [{ act: 'start', service, release } as const]), { act: 'retire', instance }])
  })
}

export interface RolloutOptions {
  release: string
  /** How long a new instance may take until it is ready. */
  readyWithinMs?: number
  /** More failed requests than this, and it goes back. */
  tolerated?: number
  say?: (line: string) => void
}

const usualReadyMs = 180_000

async function carryOut(fleet: Fleet, steps: readonly Step[], { readyWithinMs = usualReadyMs, say = () => {}, check }: RolloutOptions & { check: () => void }): Promise<void> {
  for (const step of steps) {
    if (step.act === 'retire') {
      say(`  ${step.instance.service} ${step.instance.id} (${step.instance.release}) goes`)
      await fleet.retire(step.instance)
    }
    else {
      const instance = await fleet.start(step.service, step.release)
      say(`  ${instance.service} ${instance.id} (${instance.release}) comes`)
      try {
        await untilTrue(`${instance.service} ${instance.id} is ready`, () => fleet.isReady(instance), { withinMs: readyWithinMs, everyMs: 200 })
      }
      catch (error) {
        await fleet.retire(instance)
        throw error
      }
    }
    check()
  }
}

/**
 * Lets every web and worker instance be of `release`.
 * @throws {Refusal} when a new one does not get ready or requests fail: by then the instances are of the old release again
 */
export async function rollOut(fleet: Fleet, options: RolloutOptions): Promise<{ replaced: number }> {
  const { release, tolerated = 2, say = () => {} } = options
  const before = await fleet.list()
  const steps = planRollout(before, release)
  const [old] = before.filter(one => one.release !== release)
  if (!old) return { replaced: 0 }
  const failedBefore = fleet.failures()
  const check = () => {
    const failed = fleet.failures() - failedBefore
    if (failed > tolerated) throw new Refusal(`${failed} requests failed meanwhile`)
  }
  try {
    await carryOut(fleet, steps, { ...options, check })
    return { replaced: steps.length / 2 }
  }
  catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say(`${why} Going back to ${old.release}.`)
    try {
      // Whoever has to go back waits longer: the machine may just be slow.
      await carryOut(fleet, planRollout(await fleet.list(), old.release, before), { ...options, readyWithinMs: 3 * (options.readyWithinMs ?? usualReadyMs), check: () => {} })
    }
    catch (again) {
      throw new Refusal(`${release} was not taken into service: ${why} Nor could all instances be put back: ${again instanceof Error ? again.message : String(again)} Both releases run now; look at them, and deploy ${old.release}.`)
    }
    throw new Refusal(`${release} was not taken into service: ${why} Every instance is of ${old.release} again.`)
  }
}
