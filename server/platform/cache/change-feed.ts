/**
 * Tells what cached answers may still say, by naming each state of the catalogue.
 *
 * Prevents: an old price that stays in a cache after its product changed, above all the one that a reader writes there who
 * had read before the change and is slower than the one who clears.
 * Guarantees: triggers write each change down in its own transaction, and Postgres tells every instance in the order of the
 * commits. `stateOf(tags)` is another text after a change than before, and part of every key: an entry of the old state cannot
 * be found any more, whoever writes it and when; nor can any after a promotion, since changes that the new primary never got
 * may have had the numbers of others. `after` is a log position that a loader must have seen. While an instance
 * cannot hear the primary, its entries live no longer than their own bound.
 *
 * @pattern change-feed
 */
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import { type Lsn, positionOf, unknownLsn } from '../db/lsn.ts'
import type { Listener } from '../realtime/listener.ts'
import type { Log } from '../telemetry/log.ts'

/** `null` names everything. */
type Tags = readonly string[] | null

export interface ChangeFeed {
  /** Names the present state of everything that these tags stand for. */
  stateOf(tags: readonly string[]): string
  /** What loads an entry must have read at this position or later; `null` while nothing has changed. */
  after(): Lsn | null
  stop(): void
}

/** Longer than any entry lives and any transaction takes: what changed before cannot matter to an entry any more. */
export const rememberedMs = 15 * 60_000
/** Changes are taken in together, so that an import renames a listing ten times a second at most. */
const gatherMs = 100

const message = z.object({ id: z.number(), tags: z.array(z.string()).nullable() })
type Change = z.infer<typeof message>

const nameOf = (id: number) => createHash('sha256').update(String(id)).digest().readBigUInt64BE()

export function startChangeFeed({ listener, database, log }: { listener: Pick<Listener, 'on'>, database: Pick<Database, 'fresh' | 'primary'>, log: Pick<Log, 'warn'> }): ChangeFeed {
  const known = new Map<number, { tags: Tags, until: number }>()
  // Every change is mixed in once and, when it is forgotten, out again: the order does not matter, so all instances agree.
  const states = new Map<string, bigint>()
  let everything = 0n
  let timeline = 0
  let position: Lsn | null = null
  let asked = 0
  let answered = 0
  const waiting = new Map<number, Change>()
  let gathering: NodeJS.Timeout | undefined
  let again: NodeJS.Timeout | undefined

  function mix(id: number, tags: Tags) {
    if (tags === null) {
      everything ^= nameOf(id)
      return
    }
    for (const tag of tags) {
      const state = (states.get(tag) ?? 0n) ^ nameOf(id)
      if (state === 0n) states.delete(tag)
      else states.set(tag, state)
    }
  }

  function take(changes: Iterable<Change>, ageMs = 0) {
    const until = performance.now() + rememberedMs - ageMs
    for (const { id, tags } of changes) {
      if (known.has(id)) continue
      known.set(id, { tags, until })
      mix(id, tags)
    }
  }

  /** Numbers were given out a second time: all instances begin anew, under the same other name. */
  function beginAnew(promoted: number) {
    known.clear()
    states.clear()
    timeline = promoted
    everything = nameOf(-promoted)
  }

  /** First the position, then the new names: whoever uses a new name reads late enough. */
  async function gather() {
    gathering = undefined
    const changes = [...waiting.values()]
    waiting.clear()
    await movePosition()
    take(changes)
  }

  /** Never back: an answer that a later question has overtaken says nothing new, as the later one saw all that came before. */
  async function movePosition() {
    const turn = ++asked
    const lsn = await positionNow()
    if (turn < answered) return
    answered = turn
    position = lsn
  }

  async function positionNow(): Promise<Lsn> {
    try {
      return await database.fresh(positionOf)
    }
    catch {
      return unknownLsn
    }
  }

  /** What was missed: at the start, and after each time that the line was down. */
  async function catchUp() {
    clearTimeout(again)
    try {
      const { rows } = await database.fresh(db => db.execute<{ id: string, tags: string[] | null, age_ms: number }>(sql`
        select id, tags, extract(epoch from clock_timestamp() - at)::float8 * 1000 as age_ms from cache_changes
        where at > clock_timestamp() - ${`${rememberedMs} milliseconds`}::interval order by id`))
      await movePosition()
      const now = database.primary.timeline() ?? 0
      if (now !== timeline) beginAnew(now)
      for (const { id, tags, age_ms } of rows) take([{ id: Number(id), tags }], age_ms)
    }
    catch (error) {
      log.warn('what changed could not be read and will be asked again; cached answers live to their bound', { error })
      again = setTimeout(catchUp, 1_000).unref()
    }
  }

  const forget = setInterval(() => {
    const now = performance.now()
    for (const [id, { tags, until }] of known) {
      if (until > now) continue
      known.delete(id)
      mix(id, tags)
    }
  }, 30_000).unref()

  const leave = listener.on('cache_changes', (text) => {
    if (text === null) return void catchUp()
    const change = message.parse(JSON.parse(text))
    waiting.set(change.id, change)
    gathering ??= setTimeout(gather, gatherMs)
  })

  return {
    stateOf: tags => tags.map(tag => (everything ^ (states.get(tag) ?? 0n)).toString(36)).join('.'),
    after: () => position,
    stop() {
      leave()
      clearInterval(forget)
      clearTimeout(gathering)
      clearTimeout(again)
    },
  }
}
