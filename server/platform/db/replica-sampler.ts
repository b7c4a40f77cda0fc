/**
 * Knows, without a query per request, how far the replica has replayed the log.
 *
 * Prevents: a shopper who has just written reads a page that does not have it yet.
 * Guarantees: `hasReplayed(lsn)` answers true only for a position that the replica was seen to have passed, on the
 * primary's own timeline: of two that parted, the same position means different things. A replica that is silent for
 * longer than `silentAfterMs`, lags more than `maxLagMs`, or follows another timeline is out of rotation.
 *
 * @pattern read-your-writes
 */
import type pg from 'pg'
import { type Lsn, lsnBytes } from './lsn.ts'

export interface ReplicaState {
  usable: boolean
  reason: 'ok' | 'silent' | 'lagging' | 'not-a-standby' | 'other-timeline'
  lagMs: number
  replayed: Lsn | null
}

export interface SamplerSettings {
  intervalMs?: number
  silentAfterMs?: number
  maxLagMs: number
  /** Of the primary, as far as it is known. */
  timeline?: () => number | null
  /** Called once when the replica is found to be a primary. */
  onPromoted?: () => void
}

interface Sample { replayed: Lsn | null, lag_ms: number, standby: boolean, timeline: number | null }

// What it streams tells its timeline; one that streams nothing has the one of its last restart point, and keeps what it was
// last seen to stream, since that is never taken back.
// A standby that has replayed all it received is not behind, however long ago the last commit was.
const sampleSql = `
  select pg_is_in_recovery() as standby,
         pg_last_wal_replay_lsn()::text as replayed,
         case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
              else coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000, 0)
         end::float8 as lag_ms,
         coalesce((select received_tli from pg_stat_wal_receiver), (select timeline_id from pg_control_checkpoint())) as timeline`

export interface ReplicaSampler {
  state(): ReplicaState
  hasReplayed(lsn: Lsn): boolean
  /** Takes a sample now; used at start and by tests. */
  sample(): Promise<ReplicaState>
  stop(): void
}

/** Samples the replica every `intervalMs` on one connection of its own pool. */
export function startReplicaSampler(pool: pg.Pool, { intervalMs = 50, silentAfterMs = 500, maxLagMs, timeline = () => null, onPromoted }: SamplerSettings): ReplicaSampler {
  let last: Sample | null = null
  let lastAt = 0
  let running: Promise<void> | null = null

  async function take() {
    try {
      const { rows } = await pool.query<Sample>(sampleSql)
      const sample = rows[0] ?? null
      if (sample && !sample.standby && last?.standby !== false) onPromoted?.()
      last = sample && { ...sample, timeline: Math.max(sample.timeline ?? 0, last?.timeline ?? 0) }
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
    const expected = timeline()
    if (expected !== null && last.timeline !== expected) return { usable: false, reason: 'other-timeline', lagMs: last.lag_ms, replayed: last.replayed }
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
