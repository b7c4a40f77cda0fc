/**
 * One run from start to verdict: shoppers and a nemesis on a whole shop, then rest, then the comparison. After Jepsen
 * (jepsen.io): clients that write down what they were told, faults by a generator, a checker that only reads.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { projectDir } from '../../scripts/launch/project.ts'
import { startStack } from '../harness/stack.ts'
import { check } from './checker.ts'
import { faultsOf } from './faults.ts'
import type { Findings } from './findings.ts'
import { fleetOf } from './fleet.ts'
import { openJournal } from './journal.ts'
import { acceptedIn, lastLook } from './last-look.ts'
import { keepStocked, rush, seedChaos, variantsOf } from './load.ts'
import { openMailbox } from './mailbox.ts'
import { unleash } from './nemesis.ts'
import { untilQuiet } from './quiet.ts'
import { untilWithinBounds } from './resources.ts'
import { startSampler } from './sampler.ts'
import { readWorld } from './world.ts'

export interface ChaosSettings {
  seed: string
  /** How long the load and the faults go on, at least. */
  loadMs: number
  /** And until so much has happened, however slow the machine is. */
  atLeast: { kills: number, freezes?: number, faults?: number, accepted?: number, unknown?: number, snapshots?: number }
  /** What heals by being waited for does so in seconds, so that a short storm need not be followed by a long calm. */
  quick?: boolean
  shoppers?: number
  print(line: string): void
}

export interface ChaosResult extends Findings { seed: string, durationS: number }

const quietMs = 150_000
/** From `calmMs` to the end of the load, nothing is broken that takes so long to be noticed. */
const usual = { env: { HOLD_MINUTES: '0.4' }, calmMs: 45_000, pastLockMs: [15_000, 20_000] as [number, number] }
const hurried = {
  env: { HOLD_MINUTES: '0.2', OUTBOX_LOST_AFTER_MS: '4000', QUEUE_LOCK_MS: '3000', SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000' },
  calmMs: 8_000,
  pastLockMs: [5_000, 7_000] as [number, number],
}

export async function runChaos({ seed, loadMs, atLeast, quick = false, shoppers = 8, print }: ChaosSettings): Promise<ChaosResult> {
  const { env, calmMs, pastLockMs } = quick ? hurried : usual
  const journal = openJournal(join(projectDir, `test-results/chaos-${seed}.jsonl`))
  const mailbox = await openMailbox(journal.nowMs)
  const stack = await startStack({
    postgres: 'own',
    web: 2,
    worker: 2,
    env: { SMTP_URL: mailbox.url, ...env },
    sandbox: { CARRIER_STEP_MS: quick ? '500' : '1500' },
    seed: seedChaos,
  })
  const fleet = fleetOf(stack)
  try {
    const { all, restockable } = await variantsOf(stack.database)
    await warmUp(stack.urls)
    const memory = fleet.memory()
    const sampler = startSampler(stack.cluster.primaryUrl)
    const fromMs = journal.nowMs()
    const happened = (how: 'kill' | 'freeze') => journal.faults.filter(fault => fault.how === how).length
    const killed = () => happened('kill')
    const enough = () => {
      const { kills, freezes = 0, faults = 0, accepted = 0, unknown = 0, snapshots = 0 } = atLeast
      return killed() >= kills && happened('freeze') >= freezes && killed() + happened('freeze') >= faults
        && sampler.taken() >= snapshots
        && journal.entries.filter(({ outcome }) => outcome.kind === 'unknown').length >= unknown
        && acceptedIn(journal).size >= accepted
    }
    const running = () => journal.nowMs() - fromMs < loadMs || !enough()
    const rules = () => ({
      early: journal.nowMs() - fromMs < loadMs - calmMs || killed() < atLeast.kills - 15,
      only: killed() >= atLeast.kills && happened('freeze') < (atLeast.freezes ?? 0) ? 'freeze' as const : undefined,
    })
    let broken = true

    const load = rush({ count: shoppers, seed, urls: stack.urls, journal, variants: all, running: () => broken })
    const deliveries = keepStocked(stack.database, restockable, () => broken)
    await unleash({ seed, lanes: faultsOf({ stack, places: fleet.places, mailbox, pastLockMs }), journal, running, print, rules })
    broken = false
    const healedAt = performance.now()
    print(`all is healed; ${journal.entries.length} requests so far`)
    await Promise.all([load, deliveries])

    const { tookMs, waiting } = await untilQuiet(stack, { withinMs: quietMs, print })
    print(`at rest after ${(tookMs / 1_000).toFixed(1)} s`)
    const excess = await untilWithinBounds(stack, fleet, memory, Math.max(5_000, 60_000 - (performance.now() - healedAt)))
    await lastLook(journal, stack.urls)
    const samples = await sampler.stop()
    const world = await readWorld(stack, { copies: mailbox.copies, samples })
    const findings = check(journal, world)
    for (const [kind, list] of Object.entries({ 'unfinished: what never came to rest': Object.entries(waiting).map(entry => entry.join(': ')), 'resources out of bounds': excess, 'processes that died by themselves': fleet.suddenDeaths })) {
      findings.violations[kind] = list.length
      findings.evidence.push(...list.map(line => `${kind}: ${line}`))
    }
    return { ...findings, seed, durationS: Math.round(journal.nowMs() / 1_000) }
  }
  finally {
    fleet.retire()
    await journal.close()
    await stack.stop()
    await mailbox.stop()
  }
}

/** The first hit on each route compiles it; what memory that takes is no leak. */
async function warmUp(urls: readonly string[]) {
  for (const url of urls) {
    for (const path of ['/api/products?limit=3', '/api/cart', '/api/orders', '/api/auth/session']) await fetch(`${url}${path}`)
  }
  await pause(200)
}
