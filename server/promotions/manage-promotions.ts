import { and, desc, eq, sql } from 'drizzle-orm'
import { promotionLabel } from '../../shared/promotions.ts'
import { type NewPromotion, type Promotion, type PromotionRules, valueProblem } from '../../shared/schemas/promotions.ts'
import { audit, type Origin } from '../platform/audit/audit.ts'
import type { Executor, Transaction } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import type { Position } from '../platform/http/cursor.ts'
import { invalidInput } from '../platform/http/refusals.ts'
import { promotions } from './db/tables.ts'
import { codeTaken, limitBelowUses } from './errors.ts'

/** Which admin, from where. */
export interface Manager { by: string, origin: Origin }

const state = sql<Promotion['state']>`case
  when ${promotions.endsAt} <= clock_timestamp() then 'ended' when not ${promotions.active} then 'paused'
  when ${promotions.startsAt} > clock_timestamp() then 'planned' when ${promotions.used} >= ${promotions.totalLimit} then 'used-up' else 'running' end`

const columns = { row: promotions, state, place: sql<string>`${promotions.createdAt}::text` }

const promotionView = ({ row, state }: { row: typeof promotions.$inferSelect, state: Promotion['state'] }): Promotion => {
  const { id, code, kind, value, minimumMinor, totalLimit, perShopperLimit, active, used } = row
  return {
    id, code, kind, value, minimumMinor, totalLimit, perShopperLimit, active, state,
    label: promotionLabel(kind, value),
    startsAt: row.startsAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    uses: used,
    createdAt: row.createdAt.toISOString(),
  }
}

/** Newest first. */
export async function listPromotions(db: Reader, { after, limit }: { after: Position | null, limit: number }): Promise<(Promotion & { place: string })[]> {
  const rows = await db.select(columns).from(promotions)
    .where(after ? sql`(${promotions.createdAt}, ${promotions.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined)
    .orderBy(desc(promotions.createdAt), desc(promotions.id)).limit(limit)
  return rows.map(row => ({ ...promotionView(row), place: row.place }))
}

async function findPromotion(db: Executor, id: string): Promise<Promotion> {
  const [row] = await db.select(columns).from(promotions).where(eq(promotions.id, id))
  if (!row) throw notFound('promo code')
  return promotionView(row)
}

const rowOf = ({ startsAt, endsAt, ...rules }: PromotionRules) => ({ ...rules, startsAt: startsAt ? new Date(startsAt) : null, endsAt: endsAt ? new Date(endsAt) : null })

/** @throws {AppError} 409 `promotions/code-taken` */
export async function createPromotion(tx: Transaction, { code, kind, ...rules }: NewPromotion, { by, origin }: Manager): Promise<Promotion> {
  const [made] = await tx.insert(promotions).values({ code, kind, ...rowOf(rules) }).onConflictDoNothing({ target: promotions.code }).returning({ id: promotions.id })
  if (!made) throw codeTaken()
  await audit(tx, { ...origin, kind: 'promotions.created', actorId: by, detail: { promotionId: made.id, code, kind, ...rules } })
  return findPromotion(tx, made.id)
}

/**
 * New rules for whoever checks out from now on; who has checked out already keeps what they were shown.
 * @throws {AppError} 404, 409 `promotions/limit-below-uses`, 422 a value that this kind cannot have
 */
export async function changePromotion(tx: Transaction, id: string, rules: PromotionRules, { by, origin }: Manager): Promise<Promotion> {
  const [row] = await tx.select().from(promotions).where(eq(promotions.id, id)).for('update')
  if (!row) throw notFound('promo code')
  const message = valueProblem(row.kind, rules.value)
  if (message) throw invalidInput('body', [{ path: 'value', message }])
  if (rules.totalLimit !== null && rules.totalLimit < row.used) throw limitBelowUses(row.used)
  await tx.update(promotions).set(rowOf(rules)).where(eq(promotions.id, id))
  await audit(tx, { ...origin, kind: 'promotions.changed', actorId: by, detail: { promotionId: id, code: row.code, ...rules } })
  return findPromotion(tx, id)
}

/** Ends a code now, by the database's clock; one that has ended stays as it is. @throws {AppError} 404 */
export async function endPromotion(tx: Transaction, id: string, { by, origin }: Manager): Promise<Promotion> {
  const [ended] = await tx.update(promotions).set({ endsAt: sql`clock_timestamp()` })
    .where(and(eq(promotions.id, id), sql`(${promotions.endsAt} is null or ${promotions.endsAt} > clock_timestamp())`)).returning({ code: promotions.code })
  if (ended) await audit(tx, { ...origin, kind: 'promotions.ended', actorId: by, detail: { promotionId: id, code: ended.code } })
  return findPromotion(tx, id)
}
