/**
 * Tells the edges in front of the shop what changed: `POST <url>` with `{ "tags": [...] }`, `null` for everything; an answer
 * names its tags in `cache-tag`. At least once, from the table that the change wrote itself down in: an edge that was away is
 * told when it is back.
 */
import { inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import type { Listener } from '../realtime/listener.ts'
import type { Log } from '../telemetry/log.ts'
import { cacheChanges } from './tables.ts'

/** By then every instance that runs has taken the change in, and answers an edge that asks again with what is new. */
const firstMs = 400
/** Once more, for what an instance told an edge that had not heard of the change yet. */
const againMs = 4_000
const answerMs = 2_000

interface EdgeDeps { database: Pick<Database, 'fresh'>, urls: readonly string[] }

const waiting = (database: EdgeDeps['database']) => database.fresh(db => db.select({ id: cacheChanges.id, tags: cacheChanges.tags }).from(cacheChanges).where(isNull(cacheChanges.purgedAt)).orderBy(cacheChanges.id).limit(1_000))

/** The edge's token stands in its address as a password, where `fetch` would refuse it: it goes into a header. */
export function purgeTarget(url: string): { address: string, headers: Record<string, string> } {
  const target = new URL(url)
  const { username, password } = target
  target.username = target.password = ''
  return { address: target.href, headers: password ? { authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` } : {} }
}

async function tell(urls: readonly string[], changes: readonly { tags: string[] | null }[]): Promise<void> {
  const tags = changes.some(change => change.tags === null) ? null : [...new Set(changes.flatMap(change => change.tags ?? []))]
  await Promise.all(urls.map(async (url) => {
    const { address, headers } = purgeTarget(url)
    const { ok, status } = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ tags }), signal: AbortSignal.timeout(answerMs) })
    if (!ok) throw new Error(`an edge answered ${status} to a purge`)
  }))
}

/** Tells every edge of all that waits, and notes it. @throws when an edge cannot be told; all of it waits then. */
export async function purgeEdges({ database, urls }: EdgeDeps): Promise<number> {
  const changes = await waiting(database)
  if (changes.length === 0) return 0
  await tell(urls, changes)
  await database.fresh(db => db.update(cacheChanges).set({ purgedAt: sql`clock_timestamp()` }).where(inArray(cacheChanges.id, changes.map(change => change.id))))
  return changes.length
}

/** Purges soon after each change; `stop` waits for nothing. Without edges it does nothing. */
export function startEdgePurge({ database, urls, listener, log }: EdgeDeps & { listener: Pick<Listener, 'on'>, log: Pick<Log, 'warn'> }): () => void {
  if (urls.length === 0) return () => {}
  let soon: NodeJS.Timeout | undefined
  let later: NodeJS.Timeout | undefined
  const failed = (error: unknown) => log.warn('an edge could not be told what changed and will be again', { error })
  const leave = listener.on('cache_changes', () => {
    soon ??= setTimeout(() => {
      soon = undefined
      waiting(database).then(changes => (changes.length > 0 ? tell(urls, changes) : undefined)).catch(failed)
    }, firstMs)
    later ??= setTimeout(() => {
      later = undefined
      purgeEdges({ database, urls }).catch(failed)
    }, againMs)
  })
  return () => {
    leave()
    clearTimeout(soon)
    clearTimeout(later)
  }
}

/** Forgets changes that no entry can be older than. */
export async function sweepChanges(database: Pick<Database, 'fresh'>): Promise<void> {
  await database.fresh(db => db.delete(cacheChanges).where(lt(cacheChanges.at, sql`clock_timestamp() - interval '1 hour'`)))
}
