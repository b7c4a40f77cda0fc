/** What can break, how often it is chosen, and for how long it stays broken. */
import { Redis } from 'ioredis'
import type { Stack } from '../harness/stack.ts'
import type { Place } from './fleet.ts'
import type { FaultRecord } from './journal.ts'
import type { Mailbox, MailMood } from './mailbox.ts'
import type { Dice } from './seeded.ts'

export interface Fault extends Pick<FaultRecord, 'name' | 'target' | 'how'> {
  /** Milliseconds between break and repair. */
  holdMs: number
  /** What nothing else may break meanwhile; its target, unless said otherwise. */
  alone?: readonly string[]
  inject(): unknown
  heal(): unknown
}

export interface Rules {
  /** Whether there is still time for what heals slowly. */
  early: boolean
  /** What alone may be drawn now, since the storm lacks it. */
  only?: FaultRecord['how']
}

interface Kind { weight: number, target: string, how: FaultRecord['how'], name: string, holdMs: [min: number, max: number], inject(dice: Dice): () => unknown, heal: Fault['heal'], alone?: readonly string[], early?: boolean }

interface Server { kill(): Promise<void>, start(): Promise<void>, freeze(): unknown, resume(): unknown }

const share = (dice: Dice) => dice.between(3, 10) / 10
const operation = (dice: Dice) => ({ only: dice.pick(['create', 'confirm', 'capture', 'cancel', 'refund', 'read'] as const) })

/** Draws faults for the two lanes. A flush of the queue is drawn only `early`: what it loses is found again when it has been missed for a while. */
export function faultsOf({ stack, places, mailbox, pastLockMs }: { stack: Stack, places: readonly Place[], mailbox: Mailbox, pastLockMs: [min: number, max: number] }) {
  const server = (target: string, one: Server, { weight, downMs, frozenMs }: { weight: number, downMs: [number, number], frozenMs: [number, number] }): Kind[] => [
    { weight: weight * 2, target, how: 'kill', name: `kill -9 ${target}`, holdMs: downMs, inject: () => () => one.kill(), heal: () => one.start() },
    { weight, target, how: 'freeze', name: `freeze ${target}`, holdMs: frozenMs, inject: () => () => void one.freeze(), heal: () => void one.resume() },
  ]
  const flush = (target: string, url: string, weight: number, early?: boolean): Kind => ({ weight, target, how: 'flush', name: `flush ${target}`, holdMs: [100, 300], early, inject: () => () => flushAll(url), heal: () => {} })
  const outside = (target: 'payments' | 'carrier', weight: number, what: string, holdMs: [number, number], knobs: (dice: Dice) => object): Kind => ({
    weight, target, how: 'knob', name: `${target} ${what}`, holdMs,
    inject: (dice) => {
      const set = knobs(dice)
      return () => stack.sandbox.faults(target, set)
    },
    heal: () => stack.sandbox.faults(target, {}),
  })
  const mail = (mood: MailMood): Kind => ({ weight: 2, target: 'mail', how: 'knob', name: `mail server ${mood}`, holdMs: [1_500, 5_000], inject: () => () => void (mailbox.mood = mood), heal: () => void (mailbox.mood = 'well') })

  const workers = places.filter(place => place.role === 'worker')
  const processes: Kind[] = [
    ...places.flatMap((place): Kind[] => {
      const both = server(place.name, place, { weight: 6, downMs: [0, 1_500], frozenMs: [2_000, 8_000] })
      return place.role === 'web' ? both : both.slice(0, 1)
    }),
    // While one is frozen past its lock, another must be there to take over.
    ...workers.map((place): Kind => ({ weight: 3, target: place.name, how: 'freeze', name: `freeze ${place.name} past its lock`, holdMs: pastLockMs, alone: workers.map(one => one.name), inject: () => () => place.freeze(), heal: () => place.resume() })),
  ]
  const ground: Kind[] = [
    ...server('queue', stack.queue!, { weight: 5, downMs: [300, 2_500], frozenMs: [1_000, 4_000] }),
    flush('queue', stack.queue!.url, 2, true),
    ...server('cache', stack.cache!, { weight: 4, downMs: [300, 2_500], frozenMs: [1_000, 4_000] }),
    flush('cache', stack.cache!.url, 2),
    ...server('primary', stack.cluster.primary, { weight: 5, downMs: [0, 1_500], frozenMs: [2_000, 4_000] }),
    ...server('replica', stack.cluster.replica!, { weight: 4, downMs: [300, 2_500], frozenMs: [2_000, 5_000] }),
    outside('payments', 2, 'down', [1_000, 3_000], () => ({ down: true })),
    outside('payments', 2, 'hang', [2_000, 4_000], () => ({ hang: true })),
    outside('payments', 2, 'hang in one operation', [2_000, 4_000], dice => ({ hang: true, ...operation(dice) })),
    outside('payments', 2, 'slow', [2_000, 4_000], dice => ({ slowMs: dice.between(500, 4_000) })),
    outside('payments', 2, 'failing', [2_000, 4_000], dice => ({ errorRate: share(dice) })),
    outside('payments', 4, 'losing answers', [2_000, 5_000], dice => ({ answerLostAfterCharge: share(dice), ...(dice.chance(0.5) && operation(dice)) })),
    outside('payments', 3, 'late', [2_000, 4_000], dice => ({ commitDelayMs: dice.between(500, 6_000), ...operation(dice) })),
    outside('payments', 3, 'with wild webhooks', [2_000, 5_000], dice => ({ duplicateWebhooks: share(dice), reorderWebhooks: dice.chance(0.5), delayWebhooksMs: dice.between(0, 2_000) })),
    outside('carrier', 1, 'down', [1_000, 4_000], () => ({ down: true })),
    outside('carrier', 1, 'slow', [2_000, 4_000], dice => ({ slowMs: dice.between(500, 5_000) })),
    outside('carrier', 2, 'losing answers', [2_000, 4_000], dice => ({ answerLostAfterCharge: share(dice) })),
    outside('carrier', 1, 'with wild webhooks', [2_000, 5_000], dice => ({ duplicateWebhooks: share(dice), reorderWebhooks: true, delayWebhooksMs: dice.between(0, 1_500) })),
    mail('deaf'), mail('full'), mail('silent'),
  ]
  const drawFrom = (kinds: readonly Kind[]) => (dice: Dice, { early, only }: Rules): Fault => {
    const { name, target, how, alone, heal, inject, holdMs } = dice.weigh(kinds.filter(one => (early || !one.early) && (!only || one.how === only)))
    return { name, target, how, alone, heal, holdMs: dice.between(...holdMs), inject: inject(dice) }
  }
  return { processes: drawFrom(processes), ground: drawFrom(ground) }
}

async function flushAll(url: string) {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 1_000 }).on('error', () => {})
  // A server that is frozen or down by another fault has nothing to lose just now.
  await redis.flushall().catch(() => {})
  redis.disconnect()
}
