import { z } from 'zod'

export const deadLetterStatuses = ['waiting', 'replaying', 'resolved', 'discarded'] as const

/** What the database's JSON can hold: no zero characters, no halves of a pair, and no deeper than a person would write it. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > 40) return false
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (!value || typeof value !== 'object') return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner, depth + 1))
}

const payload = z.record(z.string(), z.unknown()).refine(value => isStorable(value), 'Expected text without zero characters, nested at most 40 deep')

/** `PATCH /api/admin/dead-letters/{id}`: what a replay will deliver. */
export const mendLetterBody = z.strictObject({ payload })

/** An event that one subscriber could not digest. */
export const deadLetter = z.object({
  id: z.string(),
  eventId: z.string(),
  subscriber: z.string(),
  type: z.string(),
  subject: z.string(),
  payload: z.record(z.string(), z.unknown()),
  error: z.string(),
  attempts: z.number().int(),
  status: z.enum(deadLetterStatuses),
  replays: z.number().int(),
  firstFailedAt: z.string(),
  lastFailedAt: z.string(),
  decidedAt: z.string().nullable(),
})
export type DeadLetterView = z.infer<typeof deadLetter>
export type DeadLetterStatus = DeadLetterView['status']

/** `GET /api/admin/dead-letters`, newest first. */
export const deadLetterList = z.object({
  items: z.array(deadLetter),
  nextCursor: z.string().nullable(),
  counts: z.record(z.enum(deadLetterStatuses), z.number().int()),
})
export type DeadLetterList = z.infer<typeof deadLetterList>

/** `GET /api/admin/invariants`. */
export const invariantReport = z.object({
  /** When all of them had been looked at last; null before the first look. */
  checkedAt: z.string().nullable(),
  items: z.array(z.object({
    name: z.string(),
    says: z.string(),
    broken: z.number().int(),
    sample: z.array(z.string()),
    brokenSince: z.string().nullable(),
    tookMs: z.number().int().nullable(),
    checkedAt: z.string().nullable(),
  })),
  /** What the gateway's books have otherwise than ours, and nobody has settled. */
  findings: z.array(z.object({
    intentId: z.string(),
    kind: z.string(),
    orderId: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    firstSeenAt: z.string(),
    lastSeenAt: z.string(),
  })),
  /** No worker has looked for two minutes: what stands here may have changed. */
  stale: z.boolean(),
})
export type InvariantReport = z.infer<typeof invariantReport>
