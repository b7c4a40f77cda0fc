/**
 * Knows, without a query per request, how far the replica has replayed the log.
 *
 * Prevents: a shopper who has just written reads a page that does not have it yet.
 * Guarantees: `hasReplayed(lsn)` answers true only for a position that the replica was seen to have passed;
 * a replica that is silent for longer than `silentAfterMs`, or lags more than `maxLagMs`, is out of rotation.
 *
 * @pattern read-your-writes
 */
import type pg from 'pg'
import { type Lsn, lsnBytes } from './lsn.ts'

export interface ReplicaState {
  usable: boolean
  reason: 'ok' | 'silent' | 'lagging' | 'not-a-standby'
  lagMs: number
  replayed: Lsn | null
}

export interface SamplerSettings {
  intervalMs?: number
  silentAfterMs?: number
  maxLagMs: number
}

interface Sample { replayed: Lsn | null, lag_ms: number, standby: boolean }

// A standby that has replayed all it received is not behind, however long ago the last commit was.
const sampleSql = `
  select pg_is_in_recovery() as standby,
         pg_last_wal_replay_lsn()::text as replayed,
         case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
              else coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000, 0)
         end::float8 as lag_ms`

export interface ReplicaSampler {
  state(): ReplicaState
  hasReplayed(lsn: Lsn): boolean
  /** Takes a sample now; used at start and by tests. */
  sample(): Promise<ReplicaState>
  stop(): void
}

/** Samples the replica every `intervalMs` on one connection of its own pool. */
export function startReplicaSampler(pool: pg.Pool, { intervalMs = 50, silentAfterMs = 500, maxLagMs }: SamplerSettings): ReplicaSampler {
  let last: Sample | null = null
  let lastAt = 0
  let running: Promise<void> | null = null

  async function take() {
    try {
      const { rows } = await pool.query<Sample>(sampleSql)
      last = rows[0] ?? null
      lastAt = performance.now()
    }
    catch {
      // Silence is the signal: the age of the last sample takes the replica out of rotation.
    }
  }
  const tick = () => {
    running ??= take().finally(() => {
      running = null
    })
    return running
  }
  const timer = setInterval(tick, intervalMs)
  timer.unref()

  function state(): ReplicaState {
    if (!last || performance.now() - lastAt > silentAfterMs) return { usable: false, reason: 'silent', lagMs: last?.lag_ms ?? 0, replayed: last?.replayed ?? null }
    // A promoted standby is a primary: right answers, but reads belong on the reading side only by its own rules.
    if (!last.standby) return { usable: false, reason: 'not-a-standby', lagMs: 0, replayed: null }
    const usable = last.lag_ms <= maxLagMs
    return { usable, reason: usable ? 'ok' : 'lagging', lagMs: last.lag_ms, replayed: last.replayed }
  }

  return {
    state,
    hasReplayed(lsn) {
      const { usable, replayed } = state()
      return usable && replayed !== null && lsnBytes(replayed) >= lsnBytes(lsn)
    },
    async sample() {
      await tick()
      return state()
    },
    stop: () => clearInterval(timer),
  }
}
