import { z } from 'zod'
import { id, instant, nextCursor } from './values.ts'

export const deadLetterStatuses = ['waiting', 'replaying', 'resolved', 'discarded'] as const

/** A serial number, as a client writes it. */
export const letterId = z.string().regex(/^[1-9]\d{0,14}$/)

/** What the database's JSON can hold: no zero characters and no halves of a pair. How deep it may be nested is the body reader's. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (!value || typeof value !== 'object') return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}

const payload = z.record(z.string(), z.unknown()).refine(value => isStorable(value), 'Expected text without zero characters')

/** `PATCH /api/admin/dead-letters/{id}`: what a replay will deliver. */
export const mendLetterBody = z.strictObject({ payload })

/** An event that one subscriber could not digest. */
export const deadLetter = z.object({
  id: letterId,
  eventId: id,
  subscriber: z.string(),
  type: z.string(),
  subject: z.string(),
  payload: z.record(z.string(), z.unknown()),
  error: z.string(),
  attempts: z.int(),
  status: z.enum(deadLetterStatuses),
  replays: z.int(),
  firstFailedAt: instant,
  lastFailedAt: instant,
  decidedAt: instant.nullable(),
}).meta({ id: 'DeadLetter' })
export type DeadLetterView = z.infer<typeof deadLetter>
export type DeadLetterStatus = DeadLetterView['status']

/** `GET /api/admin/dead-letters`, newest first. */
export const deadLetterList = z.object({
  items: z.array(deadLetter),
  nextCursor,
  counts: z.record(z.enum(deadLetterStatuses), z.int()),
})
export type DeadLetterList = z.infer<typeof deadLetterList>

/** `GET /api/admin/invariants`. */
export const invariantReport = z.object({
  /** When all of them had been looked at last; null before the first look. */
  checkedAt: instant.nullable(),
  items: z.array(z.object({
    name: z.string(),
    says: z.string(),
    broken: z.int(),
    sample: z.array(z.string()),
    brokenSince: instant.nullable(),
    tookMs: z.int().nullable(),
    checkedAt: instant.nullable(),
  })),
  /** What the gateway's books have otherwise than ours, and nobody has settled. */
  findings: z.array(z.object({
    intentId: z.string(),
    kind: z.string(),
    orderId: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    firstSeenAt: instant,
    lastSeenAt: instant,
  })),
  /** No worker has looked for two minutes: what stands here may have changed. */
  stale: z.boolean(),
})
export type InvariantReport = z.infer<typeof invariantReport>
