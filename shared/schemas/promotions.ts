import { z } from 'zod'
import { maxPercent, type PromotionKind, promotionKinds } from '../promotions.ts'
import { identifier } from './cart.ts'
import { maxOrderMinor } from '../delivery.ts'
import { id, instant, minor, nextCursor, pageQuery } from './values.ts'

export const promotionId = identifier

const most = 1_000_000
const limit = z.int('Expected a whole number').min(1, 'At least 1, or nothing').max(most, `At most ${most}`).nullable()
const moment = z.iso.datetime('Expected a time in UTC').refine(value => !value.startsWith('0000'), 'There was no year 0').nullable()

const rules = {
  /** Percent, or pence; 0 for free delivery. */
  value: z.int('Expected a whole number').min(0).max(maxOrderMinor),
  /** What the goods must cost, in pence. */
  minimumMinor: z.int('Expected whole pence').min(0, 'At least 0').max(maxOrderMinor),
  totalLimit: limit,
  perShopperLimit: limit,
  /** Null is from now on. */
  startsAt: moment,
  /** Null is without end. */
  endsAt: moment,
  active: z.boolean(),
}

/** What is wrong with the value of such a code; nothing when nothing is. */
export function valueProblem(kind: PromotionKind, value: number): string | null {
  if (kind === 'percentage') return value >= 1 && value <= maxPercent ? null : `Between 1 and ${maxPercent} percent`
  if (kind === 'amount') return value >= 1 ? null : 'At least 1 penny'
  return value === 0 ? null : 'Free delivery has no value: 0'
}

const endsAfterStart = { path: ['endsAt'], message: 'It would end before it starts' }
const inOrder = ({ startsAt, endsAt }: { startsAt: string | null, endsAt: string | null }) => !startsAt || !endsAt || Date.parse(startsAt) < Date.parse(endsAt)

/** `POST /api/admin/promotions`. */
export const newPromotionBody = z.strictObject({
  code: z.string().trim().toUpperCase().regex(/^[A-Z0-9-]{3,24}$/, '3 to 24 letters, digits and hyphens'),
  kind: z.enum(promotionKinds, 'Choose what it does'),
  ...rules,
}).refine(inOrder, endsAfterStart).superRefine(({ kind, value }, context) => {
  const message = valueProblem(kind, value)
  if (message) context.addIssue({ code: 'custom', path: ['value'], message })
})
export type NewPromotion = z.infer<typeof newPromotionBody>

/** `PATCH /api/admin/promotions/{id}`: the rules from now on; what the code is called and what it does stays. */
export const promotionRulesBody = z.strictObject(rules).refine(inOrder, endsAfterStart)
export type PromotionRules = z.infer<typeof promotionRulesBody>

export const promotionStates = ['running', 'planned', 'paused', 'ended', 'used-up'] as const

export const promotion = z.object({
  id,
  code: z.string(),
  kind: z.enum(promotionKinds),
  label: z.string(),
  value: z.int(),
  minimumMinor: minor,
  totalLimit: z.int().nullable(),
  perShopperLimit: z.int().nullable(),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  active: z.boolean(),
  /** By the database's clock. */
  state: z.enum(promotionStates),
  /** Orders that have it and were not given up. */
  uses: z.int(),
  createdAt: instant,
}).meta({ id: 'Promotion' })
export type Promotion = z.infer<typeof promotion>

export const promotionListQuery = pageQuery
export const promotionList = z.object({ items: z.array(promotion), nextCursor })
export type PromotionList = z.infer<typeof promotionList>
