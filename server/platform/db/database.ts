/**
 * One door to both databases, so that no route chooses a pool.
 *
 * Prevents: stale reads after one's own write, a lost replica taking pages down, and a lost replica's
 * traffic drowning the primary.
 * Guarantees: `read` runs on the replica when it has replayed `after`, otherwise on the primary, of whose
 * connections fallback reads hold at most `fallbackReads`; `write` runs on the primary, in one transaction, and
 * returns the log position to remember. A dead or hung primary is refused by a breaker; a crowd that waits for our own
 * connections is told to come back, and opens no breaker. When the replica has been promoted, the roles change places.
 *
 * @pattern read-write-split
 */
import { bulkhead, BrokenCircuitError, BulkheadRejectedError } from 'cockatiel'
import type pg from 'pg'
import { AppError } from '../http/app-error.ts'
import { type DatabaseSettings, type Db, type Executor, inSnapshot, inTransaction, isConnectionError, isFailedStandby, isPoolBusy, isReadOnly, isRetryable, isTooLong, type Transaction } from './connect.ts'
import { followPrimary, type PrimaryAddress } from './following.ts'
import { type Lsn, positionOf, unknownLsn } from './lsn.ts'
import { busy, crowded, unavailable } from './refusals.ts'
import type { ReplicaState } from './replica-sampler.ts'
import type { Side } from './roles.ts'

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
  readonly primary: PrimaryAddress
  /** Of the present roles. */
  readonly pools: { primary: pg.Pool, replica: pg.Pool | null }
  close(): Promise<void>
}

export function openDatabase(settings: DatabaseSettings): Database {
  const { roles, watch, primary, close } = followPrimary(settings)
  const fallback = bulkhead(Math.max(2, Math.floor(settings.poolMax / 2)), settings.poolMax * 4)

  async function onPrimary<T>(run: (side: Side) => Promise<T>): Promise<T> {
    await watch.first
    if (!watch.verdict().writable) throw unavailable()
    const { breaker, primary: side } = roles()
    try {
      return await breaker.execute(() => run(side))
    }
    catch (error) {
      if (error instanceof BrokenCircuitError) throw unavailable()
      if (isConnectionError(error)) {
        watch.soon()
        throw unavailable()
      }
      if (isTooLong(error)) throw busy()
      // No sign of a dead primary: it is answering everybody else. The breaker did not count it.
      if (isPoolBusy(error)) throw crowded()
      throw error
    }
  }

  /** Asked after a commit, which a primary that dies now does not undo: the write has not failed. */
  async function positionNow({ db }: Side): Promise<Lsn> {
    try {
      return await positionOf(db)
    }
    catch {
      return unknownLsn
    }
  }

  async function fallbackRead<T>(query: (db: Reader) => Promise<T>): Promise<T> {
    try {
      return await fallback.execute(() => onPrimary(({ db }) => query(db)))
    }
    catch (error) {
      if (error instanceof BulkheadRejectedError) throw unavailable()
      throw error
    }
  }

  return {
    async snapshot(look, { on } = {}) {
      const { replica, sampler } = roles()
      if (replica && on !== 'primary' && sampler?.state().usable) {
        try {
          return await inSnapshot(replica.longReads, look)
        }
        catch (error) {
          if (!isFailedStandby(error)) throw error
        }
      }
      return onPrimary(({ longReads }) => inSnapshot(longReads, look))
    },
    async read(query, { after = null, onRole } = {}) {
      const { replica, sampler } = roles()
      if (replica && sampler && sampler.state().usable && (after === null || sampler.hasReplayed(after))) {
        try {
          const result = await query(replica.db)
          onRole?.('replica')
          return result
        }
        catch (error) {
          if (!isFailedStandby(error)) throw error
        }
      }
      try {
        const result = await fallbackRead(query)
        onRole?.('primary')
        return result
      }
      catch (error) {
        // With the primary gone, a replica that is behind is still better than nothing. What the primary itself refused stays
        // refused: a crowd is over in a moment, what takes too long is not asked a third time, and what is not there by now may
        // still be there in the past. Nor is one asked that says it is a primary, and is none.
        if (replica && error instanceof AppError && error.code === unavailable().code && !['silent', 'not-a-standby'].includes(sampler?.state().reason ?? 'silent')) {
          try {
            const result = await query(replica.db)
            onRole?.('stale-replica')
            return result
          }
          catch (late) {
            // Gone as well, since it was last heard of: what was said of the primary holds.
            if (!isFailedStandby(late)) throw late
          }
        }
        throw error
      }
    },
    async write(work) {
      for (let attempt = 1; ; attempt++) {
        const asked = primary.url()
        try {
          return await onPrimary(async (side) => {
            const result = await inTransaction(side.pool, work)
            return { result, lsn: await positionNow(side) }
          })
        }
        catch (error) {
          if (isReadOnly(error)) {
            // It was a standby that refused, so nothing was done: it may be done where the primary is now.
            const { writable } = await watch.look()
            if (attempt >= 4 || !writable || primary.url() === asked) throw unavailable()
          }
          else if (!isRetryable(error) || attempt >= 4) throw error
        }
      }
    },
    async fresh(query) {
      try {
        return await onPrimary(({ db }) => query(db))
      }
      catch (error) {
        if (!isReadOnly(error)) throw error
        watch.soon()
        throw unavailable()
      }
    },
    replicaState: () => roles().sampler?.state() ?? null,
    primary,
    get pools() {
      return { primary: roles().primary.pool, replica: roles().replica?.pool ?? null }
    },
    close,
  }
}
