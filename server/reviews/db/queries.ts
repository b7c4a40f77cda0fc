import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { OwnReview, Review, ReviewStatus, ReviewWords } from '../../../shared/schemas/reviews.ts'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'
import { reviews, reviewVotes } from './tables.ts'

export type ReviewRow = typeof reviews.$inferSelect
export type ReviewOrder = 'helpful' | 'newest'

export const ownView = (row: ReviewRow): OwnReview => ({
  id: row.id,
  rating: row.rating,
  title: row.title,
  text: row.text,
  name: row.name,
  status: row.status,
  reason: row.reason,
  writtenAt: row.writtenAt.toISOString(),
})

const publicView = (row: ReviewRow): Review => ({
  id: row.id,
  rating: row.rating,
  title: row.title,
  text: row.text,
  name: row.name,
  writtenAt: row.writtenAt.toISOString(),
  helpful: row.helpful,
  imported: row.orderId === null,
})

/** A page of what is published, with the place of its last row; null on the last page. */
export async function listPublished(db: Reader, productId: string, { sort, after, limit }: { sort: ReviewOrder, after: Position | null, limit: number }): Promise<{ items: Review[], next: Position | null }> {
  const by = sort === 'helpful' ? reviews.helpful : reviews.writtenAt
  const type = sort === 'helpful' ? sql`int` : sql`timestamptz`
  const rows = await db.select({ row: reviews, place: sql<string>`${by}::text` }).from(reviews).where(and(
    eq(reviews.productId, productId),
    eq(reviews.status, 'published'),
    after ? sql`(${by}, ${reviews.id}) < (${after[0]}::${type}, ${after[1]}::uuid)` : undefined,
  )).orderBy(desc(by), desc(reviews.id)).limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(({ row }) => publicView(row)), next: rows.length > limit && last ? [last.place, last.row.id] : null }
}

export async function findOwn(db: Reader | Executor, productId: string, ownerId: string): Promise<ReviewRow | undefined> {
  const [row] = await db.select().from(reviews).where(and(eq(reviews.productId, productId), eq(reviews.ownerId, ownerId)))
  return row
}

export async function lockOwn(tx: Transaction, productId: string, ownerId: string): Promise<ReviewRow | undefined> {
  const [row] = await tx.select().from(reviews).where(and(eq(reviews.productId, productId), eq(reviews.ownerId, ownerId))).for('update')
  return row
}

export async function lockReview(tx: Transaction, id: string): Promise<ReviewRow | undefined> {
  const [row] = await tx.select().from(reviews).where(eq(reviews.id, id)).for('update')
  return row
}

/** Nothing when this buyer has one of this product, which may have come a moment ago. */
export async function insertReview(tx: Transaction, values: typeof reviews.$inferInsert): Promise<ReviewRow | undefined> {
  const [row] = await tx.insert(reviews).values(values).onConflictDoNothing().returning()
  return row
}

/** New words, which wait for a decision again. */
export const rewriteReview = async (tx: Transaction, id: string, words: ReviewWords): Promise<ReviewRow> =>
  (await tx.update(reviews).set({ ...words, status: 'pending', revision: sql`${reviews.revision} + 1`, reason: null, decidedBy: null, decidedAt: null, writtenAt: sql`clock_timestamp()` })
    .where(eq(reviews.id, id)).returning())[0]!

export const decideReview = async (tx: Transaction, id: string, decision: { status: 'published' | 'rejected', reason: string | null, decidedBy: string }): Promise<ReviewRow> =>
  (await tx.update(reviews).set({ ...decision, decidedAt: sql`clock_timestamp()` }).where(eq(reviews.id, id)).returning())[0]!

export const countHelpful = async (tx: Transaction, id: string, by: number): Promise<number> =>
  (await tx.update(reviews).set({ helpful: sql`${reviews.helpful} + ${by}` }).where(eq(reviews.id, id)).returning({ helpful: reviews.helpful }))[0]!.helpful

/** The queue: those that wait longest first. */
export const listModerated = (db: Reader, { status, after, limit }: { status: ReviewStatus | null, after: Position | null, limit: number }) =>
  db.select({ row: reviews, place: sql<string>`${reviews.writtenAt}::text` }).from(reviews).where(and(
    status ? eq(reviews.status, status) : undefined,
    after ? sql`(${reviews.writtenAt}, ${reviews.id}) > (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
  )).orderBy(asc(reviews.writtenAt), asc(reviews.id)).limit(limit)

export const listVotes = async (db: Reader, productId: string, ownerId: string): Promise<string[]> =>
  (await db.select({ id: reviewVotes.reviewId }).from(reviewVotes).innerJoin(reviews, eq(reviews.id, reviewVotes.reviewId))
    .where(and(eq(reviewVotes.ownerId, ownerId), eq(reviews.productId, productId))).limit(500)).map(row => row.id)

/** @returns how the number of votes has changed: 1, −1, or 0 when it was so already */
export async function setVote(tx: Transaction, reviewId: string, ownerId: string, helpful: boolean): Promise<1 | -1 | 0> {
  if (helpful) return (await tx.insert(reviewVotes).values({ reviewId, ownerId }).onConflictDoNothing().returning({ id: reviewVotes.reviewId })).length > 0 ? 1 : 0
  return (await tx.delete(reviewVotes).where(and(eq(reviewVotes.reviewId, reviewId), eq(reviewVotes.ownerId, ownerId))).returning({ id: reviewVotes.reviewId })).length > 0 ? -1 : 0
}
