/**
 * Breaks one or two things at a time, each for a while, and mends them. The sequence comes from the seed alone; only how
 * long a repair takes is the machine's.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Dice } from './seeded.ts'

export interface NemesisSettings {
  dice: Dice
  draw: (dice: Dice, rules: { busy: ReadonlySet<string>, early: boolean }) => Fault
  journal: Pick<Journal, 'nowMs' | 'recordFault'>
  running(): boolean
  /** Whether there is still a minute for what heals slowly. */
  early(): boolean
  print(line: string): void
}

/** Goes on until told to stop, then mends what is broken. */
export async function unleash(settings: NemesisSettings): Promise<void> {
  const { dice, draw, running, early } = settings
  while (running()) {
    const main = draw(dice, { busy: new Set(), early: early() })
    const aside: Fault[] = []
    if (dice.chance(0.6)) {
      // The workers take turns at most: while one is frozen past its lock, another must be there to take over.
      const busy = new Set([main.target, ...(main.target.startsWith('worker') ? ['worker-0', 'worker-1'] : [])])
      for (let filledMs = 0; filledMs < main.holdMs || aside.length === 0;) {
        const next = draw(dice, { busy, early: early() })
        if (next.holdMs > 10_000) continue
        aside.push(next)
        filledMs += next.holdMs + 1_000
      }
    }
    await Promise.all([happen(settings, main), inTurn(settings, aside)])
    await pause(dice.between(100, 700))
  }
}

async function inTurn(settings: NemesisSettings, faults: readonly Fault[]) {
  for (const fault of faults) if (settings.running()) await happen(settings, fault)
}

async function happen({ journal, print, running }: NemesisSettings, fault: Fault) {
  const { name, target, how, holdMs } = fault
  const fromMs = journal.nowMs()
  print(`${(fromMs / 1_000).toFixed(1).padStart(6)} s  ${name}, ${(holdMs / 1_000).toFixed(1)} s`)
  try {
    await fault.inject()
    for (const until = fromMs + holdMs; running() && journal.nowMs() < until;) await pause(Math.min(250, until - journal.nowMs()))
  }
  finally {
    await fault.heal()
    journal.recordFault({ name, target, how, fromMs, toMs: journal.nowMs() })
  }
}
