/**
 * Knows which of the servers is the primary, by asking them.
 *
 * Prevents: a process that writes for ever to the primary that it was started with, while that is dead, or a standby, or
 * worse: back from the dead beside the one that took its place (split brain).
 * Guarantees: the primary is the one that says so on the highest timeline; once a process has seen a timeline it never
 * again follows a primary of a lower one. No request asks for it: a look every second, and one more whenever the primary
 * fails, refuses to write, or the standby says that it is none any more.
 *
 * @pattern failover
 */
import type pg from 'pg'
import { openPool } from './connect.ts'

/** What a server says of itself; `null` when it says nothing. */
export type Claim = { primary: boolean, timeline: number } | null

/** `writable` is false when nobody claims to be the primary; `index` is then the last one that was. */
export interface Verdict { index: number, writable: boolean, timeline: number | null }

// A standby has no file to write: its timeline is its sampler's affair. The timeline is the name's first eight digits.
const claimSql = `
  select not pg_is_in_recovery() as primary,
         case when pg_is_in_recovery() then 0 else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline`

/** The rule, on its own. A tie, as between two that were never one cluster, changes nothing. */
export function judge(claims: readonly Claim[], before: Verdict): Verdict {
  const best = claims.reduce<Verdict | null>((chosen, claim, index) => {
    if (!claim?.primary || claim.timeline < (before.timeline ?? 0)) return chosen
    const higher = chosen === null || claim.timeline > chosen.timeline!
    const tie = claim.timeline === chosen?.timeline && index === before.index
    return higher || tie ? { index, writable: true, timeline: claim.timeline } : chosen
  }, null)
  // Silence is left to the breaker: whoever is slow to answer has not resigned.
  return best ?? { ...before, writable: before.writable && claims[before.index] === null }
}

export interface PrimaryWatch {
  verdict(): Verdict
  /** The first look is over: before that, nobody knows where one may write. */
  readonly first: Promise<void>
  /** Asks all servers now; who asks meanwhile gets the same answer. */
  look(): Promise<Verdict>
  /** Something is odd: looks as soon as the last look is a moment ago. */
  soon(): void
  stop(): Promise<void>
}

interface WatchSettings { urls: readonly string[], name: string, onVerdict: (now: Verdict, before: Verdict) => void, everyMs?: number }

const answerMs = 800
const leastPauseMs = 200

/** Watches the servers at `urls`, of which the first is the primary until they are heard. With one alone there is nothing to ask. */
export function startPrimaryWatch({ urls, name, onVerdict, everyMs = 1_000 }: WatchSettings): PrimaryWatch {
  const pools = urls.length > 1 ? urls.map(url => openPool({ url, max: 1, name: `${name}-watch`, statementTimeoutMs: answerMs })) : []
  let verdict: Verdict = { index: 0, writable: true, timeline: null }
  let looking: Promise<Verdict> | null = null
  let soon: NodeJS.Timeout | undefined
  let lookedAt = 0

  async function ask(pool: pg.Pool): Promise<Claim> {
    try {
      const { rows } = await pool.query<{ primary: boolean, timeline: number }>(claimSql)
      return rows[0] ?? null
    }
    catch {
      return null
    }
  }

  async function lookOnce(): Promise<Verdict> {
    lookedAt = performance.now()
    const before = verdict
    verdict = judge(await Promise.all(pools.map(ask)), before)
    if (verdict.index !== before.index || verdict.writable !== before.writable || verdict.timeline !== before.timeline) onVerdict(verdict, before)
    return verdict
  }

  function look(): Promise<Verdict> {
    if (pools.length === 0) return Promise.resolve(verdict)
    looking ??= lookOnce().finally(() => {
      looking = null
    })
    return looking
  }

  const timer = pools.length > 0 ? setInterval(look, everyMs).unref() : undefined
  const first = look().then(() => {})

  return {
    verdict: () => verdict,
    first,
    look,
    soon() {
      soon ??= setTimeout(() => {
        soon = undefined
        void look()
      }, Math.max(0, lookedAt + leastPauseMs - performance.now())).unref()
    },
    async stop() {
      clearInterval(timer)
      clearTimeout(soon)
      await Promise.allSettled(pools.map(pool => pool.end()))
    },
  }
}

/** Asks once which of the servers at `urls` is the primary; the first one when none says so, for its own error to tell why. */
export async function findPrimary(urls: readonly string[]): Promise<string> {
  const watch = startPrimaryWatch({ urls, name: 'find-primary', onVerdict: () => {} })
  await watch.first
  await watch.stop()
  return urls[watch.verdict().index]!
}
