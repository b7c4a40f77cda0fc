/**
 * Prevents: selling what is not there, in any interleaving of buyers.
 * Guarantees: a hold takes all of its lines or none; each unit is on hand, reserved or sold, and every move
 * between these is one conditional update with its ledger row, in the caller's transaction. The work is done by SQL
 * functions (see `drizzle/`) that walk the lines in variant order, in one round trip, so that holds cannot deadlock.
 *
 * @pattern stock-reservation
 */
import { sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import { outOfStock } from './errors.ts'

export interface HoldLine { variantId: string, quantity: number }

/**
 * Keeps stock aside until `forMs` from now on the database's clock.
 * @throws {AppError} 409 `orders/out-of-stock`; nothing is held then
 */
export async function holdStock(tx: Transaction, { holdId, lines, forMs }: { holdId: string, lines: readonly HoldLine[], forMs: number }): Promise<{ expiresAt: Date, now: Date }> {
  const { rows } = await tx.execute<{ short: string | null, expires_at: string, now: string }>(sql`
    select short, expires_at, clock_timestamp() as now
    from hold_stock(${holdId}, ${sql.param(lines.map(line => line.variantId))}::uuid[], ${sql.param(lines.map(line => line.quantity))}::int[], ${forMs}::int)`)
  const { short, expires_at, now } = rows[0]!
  if (short) throw outOfStock(short)
  return { expiresAt: new Date(expires_at), now: new Date(now) }
}

async function move(tx: Transaction, holdId: string, from: string[], to: 'claimed' | 'sold' | 'released' | 'returned'): Promise<boolean> {
  const { rows } = await tx.execute<{ moved: boolean }>(sql`select move_hold(${holdId}, ${sql.param(from)}::text[], ${to}) as moved`)
  return rows[0]!.moved
}

/** Hands an unexpired hold to an order; answers false when it is gone, expired or already taken. */
export const claimHold = (tx: Transaction, holdId: string) => move(tx, holdId, ['active'], 'claimed')
/** Puts the stock back; answers false when it was not held any more, so that it goes back once. */
export const releaseHold = (tx: Transaction, holdId: string) => move(tx, holdId, ['active', 'claimed'], 'released')
/** The stock has been paid for. */
export const sellHold = (tx: Transaction, holdId: string) => move(tx, holdId, ['claimed'], 'sold')
/** What was sold comes back to the shelf. */
export const returnHold = (tx: Transaction, holdId: string) => move(tx, holdId, ['sold'], 'returned')

/** Puts some of what was sold back on the shelf; answers false when this cause has done so before. */
export async function restockUnits(tx: Transaction, { cause, lines }: { cause: string, lines: readonly HoldLine[] }): Promise<boolean> {
  const { rows } = await tx.execute<{ restocked: boolean }>(sql`
    select restock_units(${cause}, ${sql.param(lines.map(line => line.variantId))}::uuid[], ${sql.param(lines.map(line => line.quantity))}::int[]) as restocked`)
  return rows[0]!.restocked
}

/** Releases the holds whose time is up; answers their ids. */
export async function sweepExpiredHolds(tx: Transaction, limit = 200): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from stock_holds where status = 'active' and expires_at <= clock_timestamp()
    order by expires_at limit ${limit} for update skip locked`)
  for (const { id } of rows) await releaseHold(tx, id)
  return rows.map(row => row.id)
}
