/**
 * One door to both databases, so that no route chooses a pool.
 *
 * Prevents: stale reads after one's own write, a lost replica taking pages down, and a lost replica's
 * traffic drowning the primary.
 * Guarantees: `read` runs on the replica when it has replayed `after`, otherwise on the primary, of whose
 * connections fallback reads hold at most `fallbackReads`; `write` runs on the primary, in one transaction, and
 * returns the log position to remember. A dead or hung primary is refused by a breaker; a crowd that waits for our own
 * connections is told to come back, and opens no breaker.
 *
 * @pattern read-write-split
 */
import { bulkhead, BrokenCircuitError, BulkheadRejectedError, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { AppError } from '../http/app-error.ts'
import { type Db, drizzleOn, type Executor, isConnectionError, isPoolBusy, isRetryable, isTooLong, openPool, type Transaction } from './connect.ts'
import { type Lsn, unknownLsn } from './lsn.ts'
import { type ReplicaSampler, type ReplicaState, startReplicaSampler } from './replica-sampler.ts'

export interface DatabaseSettings {
  primaryUrl: string
  replicaUrl?: string
  poolMax: number
  replicaMaxLagMs: number
  name: string
  statementTimeoutMs?: number
}

/** The last is one that is known to be behind, asked because nobody else answers. */
export type DatabaseRole = 'primary' | 'replica' | 'stale-replica'
/** Reads only, and not inside a transaction of another's. */
export type Reader = Pick<Db, 'select' | 'selectDistinct' | 'execute'>

export interface Database {
  /** Runs `query` on the freshest place that is allowed to answer it. */
  read<T>(query: (db: Reader) => Promise<T>, options?: { after?: Lsn | null, onRole?: (role: DatabaseRole) => void }): Promise<T>
  /**
   * Runs `work` in one transaction on the primary, again after a deadlock; answers its result and the position to read
   * after. When it throws for a lost connection, the commit may still have happened.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<{ result: T, lsn: Lsn }>
  /**
   * Runs `look` in one read-only transaction with one snapshot, on the replica while that is usable. For what takes seconds:
   * it has one connection of its own for each server, so that it neither waits for shoppers' reads nor starves them.
   */
  snapshot<T>(look: (db: Reader) => Promise<T>, options?: { on?: 'primary' }): Promise<T>
  /** For reads that must see the present: money, stock at checkout, sessions. */
  fresh<T>(query: (db: Executor) => Promise<T>): Promise<T>
  replicaState(): ReplicaState | null
  pools: { primary: pg.Pool, replica: pg.Pool | null }
  close(): Promise<void>
}

/** How long one statement of a snapshot may take. */
const longReadMs = 10_000

const unavailable = () => new AppError({
  code: 'platform/database-unavailable',
  status: 503,
  title: 'The shop cannot save anything right now',
  // The connection may have been lost while it committed: only asking again tells.
  detail: 'What you just did may or may not have been kept. Please look again in a few seconds.',
  retryAfterS: 5,
})

const busy = () => new AppError({
  code: 'platform/database-busy',
  status: 503,
  title: 'Somebody else is at the same things',
  detail: 'Waiting for them took too long. Please try again in a few seconds.',
  retryAfterS: 2,
})

const crowded = () => new AppError({
  code: 'platform/database-crowded',
  status: 503,
  title: 'A lot of people are here at once',
  detail: 'Nothing was done yet. Please try again in a moment.',
  retryAfterS: 1,
})

export function openDatabase(settings: DatabaseSettings): Database {
  const primaryPool = openPool({ url: settings.primaryUrl, max: settings.poolMax, name: `${settings.name}-write`, statementTimeoutMs: settings.statementTimeoutMs })
  const replicaPool = settings.replicaUrl ? openPool({ url: settings.replicaUrl, max: settings.poolMax, name: `${settings.name}-read` }) : null
  const samplerPool = settings.replicaUrl ? openPool({ url: settings.replicaUrl, max: 1, name: `${settings.name}-sampler`, statementTimeoutMs: 1_000 }) : null
  const sampler: ReplicaSampler | null = samplerPool && startReplicaSampler(samplerPool, { maxLagMs: settings.replicaMaxLagMs })
  const longReads = (url: string) => openPool({ url, max: 1, name: `${settings.name}-snapshot`, statementTimeoutMs: longReadMs })
  const snapshotPools = { primary: longReads(settings.primaryUrl), replica: settings.replicaUrl ? longReads(settings.replicaUrl) : null }
  const primary = drizzleOn(primaryPool)
  const replica = replicaPool && drizzleOn(replicaPool)

  const breaker = circuitBreaker(handleWhen(isConnectionError), { halfOpenAfter: 2_000, breaker: new ConsecutiveBreaker(3) })
  const fallback = bulkhead(Math.max(2, Math.floor(settings.poolMax / 2)), settings.poolMax * 4)

  async function onPrimary<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await breaker.execute(run)
    }
    catch (error) {
      if (error instanceof BrokenCircuitError || isConnectionError(error)) throw unavailable()
      if (isTooLong(error)) throw busy()
      // No sign of a dead primary: it is answering everybody else. The breaker did not count it.
      if (isPoolBusy(error)) throw crowded()
      throw error
    }
  }

  /** Asked after a commit, which a primary that dies now does not undo: the write has not failed. */
  async function positionNow(): Promise<Lsn> {
    try {
      const { rows } = await primary.execute<{ lsn: Lsn }>(sql`select pg_current_wal_insert_lsn()::text as lsn`)
      return rows[0]!.lsn
    }
    catch {
      return unknownLsn
    }
  }

  /** Not the driver's own over a pool, which keeps the connection for ever when `begin` already fails. One that went away or fell silent is thrown away. */
  async function transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await primaryPool.connect()
    let broken = false
    try {
      return await drizzleOn(client).transaction(work)
    }
    catch (error) {
      broken = isConnectionError(error)
      throw error
    }
    finally {
      client.release(broken)
    }
  }

  async function fallbackRead<T>(query: (db: Reader) => Promise<T>): Promise<T> {
    try {
      return await fallback.execute(() => onPrimary(() => query(primary)))
    }
    catch (error) {
      if (error instanceof BulkheadRejectedError) throw unavailable()
      throw error
    }
  }

  const inSnapshot = <T>(pool: pg.Pool, look: (db: Reader) => Promise<T>) => drizzleOn(pool).transaction(look, { isolationLevel: 'repeatable read', accessMode: 'read only' })

  return {
    async snapshot(look, { on } = {}) {
      if (snapshotPools.replica && on !== 'primary' && sampler?.state().usable) {
        try {
          return await inSnapshot(snapshotPools.replica, look)
        }
        catch (error) {
          if (!isConnectionError(error) && !isPoolBusy(error)) throw error
        }
      }
      return onPrimary(() => inSnapshot(snapshotPools.primary, look))
    },
    async read(query, { after = null, onRole } = {}) {
      if (replica && sampler && sampler.state().usable && (after === null || sampler.hasReplayed(after))) {
        try {
          const result = await query(replica)
          onRole?.('replica')
          return result
        }
        catch (error) {
          if (!isConnectionError(error) && !isPoolBusy(error)) throw error
        }
      }
      try {
        const result = await fallbackRead(query)
        onRole?.('primary')
        return result
      }
      catch (error) {
        // With the primary gone, a replica that is behind is still better than nothing for a reader without a token of their own.
        // A crowd is over in a moment: no reason to show anybody the past.
        if (replica && error instanceof AppError && error.code !== crowded().code && sampler?.state().reason !== 'silent') {
          try {
            const result = await query(replica)
            onRole?.('stale-replica')
            return result
          }
          catch (late) {
            // Gone as well, since it was last heard of: what was said of the primary holds.
            if (!isConnectionError(late) && !isPoolBusy(late)) throw late
          }
        }
        throw error
      }
    },
    async write(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await onPrimary(async () => {
            const result = await transact(work)
            return { result, lsn: await positionNow() }
          })
        }
        catch (error) {
          if (!isRetryable(error) || attempt >= 4) throw error
        }
      }
    },
    fresh: query => onPrimary(() => query(primary)),
    replicaState: () => sampler?.state() ?? null,
    pools: { primary: primaryPool, replica: replicaPool },
    async close() {
      sampler?.stop()
      await Promise.allSettled([primaryPool, replicaPool, samplerPool, snapshotPools.primary, snapshotPools.replica].map(pool => pool?.end()))
    },
  }
}
