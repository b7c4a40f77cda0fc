/**
 * Breaks things and mends them, in two lanes: the shop's own processes in one, what they stand on in the other. Each lane
 * draws from a stream of its own; a fault whose target is still broken is passed over.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault, Rules } from './faults.ts'
import type { Journal } from './journal.ts'
import { dice, type Dice } from './seeded.ts'

export interface NemesisSettings {
  seed: string
  lanes: Record<string, (dice: Dice, rules: Rules) => Fault>
  journal: Pick<Journal, 'nowMs' | 'recordFault'>
  running(): boolean
  rules(): Rules
  print(line: string): void
}

/** Goes on until told to stop; resolves when all is mended. */
export async function unleash({ seed, lanes, journal, running, rules, print }: NemesisSettings): Promise<void> {
  const broken = new Set<string>()

  async function happen({ name, target, how, holdMs, inject, heal, alone = [target] }: Fault) {
    const fromMs = journal.nowMs()
    alone.forEach(one => broken.add(one))
    print(`${(fromMs / 1_000).toFixed(1).padStart(6)} s  ${name}, ${(holdMs / 1_000).toFixed(1)} s`)
    try {
      await inject()
      for (const until = fromMs + holdMs; running() && journal.nowMs() < until;) await pause(Math.min(250, until - journal.nowMs()))
    }
    finally {
      await heal()
      journal.recordFault({ name, target, how, fromMs, toMs: journal.nowMs() })
      alone.forEach(one => broken.delete(one))
    }
  }

  await Promise.all(Object.entries(lanes).map(async ([lane, draw]) => {
    const own = dice(`${seed}/nemesis/${lane}`)
    const long: Promise<void>[] = []
    while (running()) {
      const fault = draw(own, rules())
      if ((fault.alone ?? [fault.target]).some(one => broken.has(one))) {
        await pause(20)
        continue
      }
      const happening = happen(fault)
      // One that is alone with several targets is long, and does not keep its lane waiting.
      if (fault.alone) long.push(happening)
      else await happening
      await pause(own.between(100, 600))
    }
    await Promise.all(long)
  }))
}
