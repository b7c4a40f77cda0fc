import { eq, sql } from 'drizzle-orm'
import type { ShownPromo } from '../../shared/schemas/cart.ts'
import { discountOn, normaliseCode, promotionLabel } from '../../shared/promotions.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import type { AppError } from '../platform/http/app-error.ts'
import { promotions } from './db/tables.ts'
import { alreadyUsed, codeEnded, minimumNotMet, unknownCode, usedUp } from './errors.ts'
import { identityOfOwner } from './shopper-identities.ts'

/** A code as a checkout keeps it. */
export interface WeighedCode extends ShownPromo { promotionId: string | null, discountMinor: number }

interface Weighing { code: string, subtotalMinor: number, ownerId: string }

/**
 * What a code does for these goods of this shopper now, by the database's clock, or why it does nothing. Nothing is taken: the
 * limits are looked at here and held in `redeemCode`.
 */
export async function weighCode(db: Reader | Executor, { code, subtotalMinor, ownerId }: Weighing): Promise<{ weighed: WeighedCode, refusal: AppError | null }> {
  const [row] = await db.select({
    promotion: promotions,
    early: sql<boolean>`coalesce(${promotions.startsAt} > clock_timestamp(), false)`,
    over: sql<boolean>`not ${promotions.active} or coalesce(${promotions.endsAt} <= clock_timestamp(), false)`,
    own: sql<number>`coalesce((select s.used from promotion_shoppers s where s.promotion_id = ${promotions.id} and s.identity = ${identityOfOwner(ownerId)}), 0)`,
  }).from(promotions).where(eq(promotions.code, normaliseCode(code)))
  if (!row || row.early) return refused({ code: normaliseCode(code), label: '', freeShipping: false, promotionId: null }, unknownCode())

  const { id, kind, value, minimumMinor, totalLimit, perShopperLimit, used } = row.promotion
  const about = { code: row.promotion.code, label: promotionLabel(kind, value), freeShipping: kind === 'free-shipping', promotionId: id }
  if (row.over) return refused(about, codeEnded())
  if (totalLimit !== null && used >= totalLimit) return refused(about, usedUp())
  if (perShopperLimit !== null && row.own >= perShopperLimit) return refused(about, alreadyUsed())
  if (subtotalMinor < minimumMinor) return refused(about, minimumNotMet(minimumMinor, minimumMinor - subtotalMinor))
  return { weighed: { ...about, problem: null, discountMinor: discountOn(subtotalMinor, kind, value) }, refusal: null }
}

function refused(about: Omit<WeighedCode, 'problem' | 'discountMinor'>, refusal: AppError) {
  return { weighed: { ...about, freeShipping: false, discountMinor: 0, problem: { code: refusal.code, message: refusal.errors?.[0]?.message ?? refusal.detail } }, refusal }
}

/** What of it a client sees. */
export const promoView = ({ code, label, freeShipping, problem }: WeighedCode): ShownPromo => ({ code, label, freeShipping, problem })
