import type { InvariantReport } from '../../shared/schemas/operations.ts'
import { listOpenFindings } from '../payments/index.ts'
import type { Reader } from '../platform/db/database.ts'
import type { Invariant } from '../platform/invariant.ts'
import { listChecks } from './db/queries.ts'

declare module 'h3' {
  interface H3EventContext {
    invariants: readonly Invariant[]
  }
}

export const staleAfterS = 120

/** The last look at each invariant in the order in which they are stated, those that were never looked at included. */
export async function reportInvariants(db: Reader, invariants: readonly Invariant[]): Promise<InvariantReport> {
  const [checks, findings] = [await listChecks(db), await listOpenFindings(db)]
  const checkOf = new Map(checks.map(one => [one.check.name, one]))
  const items = invariants.map(({ name, says }) => {
    const { check } = checkOf.get(name) ?? {}
    return {
      name,
      says,
      broken: check?.broken ?? 0,
      sample: check?.sample ?? [],
      brokenSince: check?.brokenSince?.toISOString() ?? null,
      tookMs: check?.tookMs ?? null,
      checkedAt: check?.checkedAt.toISOString() ?? null,
    }
  })
  const times = items.map(item => item.checkedAt)
  return {
    checkedAt: times.includes(null) ? null : times.toSorted()[0] ?? null,
    items,
    findings: findings.map(({ intentId, kind, orderId, detail, firstSeenAt, lastSeenAt }) => ({ intentId, kind, orderId, detail, firstSeenAt: firstSeenAt.toISOString(), lastSeenAt: lastSeenAt.toISOString() })),
    stale: invariants.some(({ name }) => (checkOf.get(name)?.ageS ?? Infinity) > staleAfterS),
  }
}
