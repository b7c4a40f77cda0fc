import { and, asc, desc, eq, ne } from 'drizzle-orm'
import type { SavedAddress } from '../../../shared/schemas/account.ts'
import type { Address } from '../../../shared/schemas/orders.ts'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { addresses } from './tables.ts'

const view = ({ id, isDefault, address }: typeof addresses.$inferSelect): SavedAddress => ({ id, isDefault, ...address })

/** The default first, then the newest. */
export async function listAddresses(db: Reader | Executor, userId: string): Promise<SavedAddress[]> {
  return (await db.select().from(addresses).where(eq(addresses.userId, userId)).orderBy(desc(addresses.isDefault), desc(addresses.createdAt), asc(addresses.id)).limit(100)).map(view)
}

export async function findAddress(db: Executor, userId: string, id: string) {
  const [row] = await db.select().from(addresses).where(and(eq(addresses.id, id), eq(addresses.userId, userId)))
  return row
}

export const insertAddress = async (tx: Transaction, values: { userId: string, address: Address, isDefault: boolean }): Promise<SavedAddress> =>
  view((await tx.insert(addresses).values(values).returning())[0]!)

export const updateAddress = async (tx: Transaction, id: string, values: { address?: Address, isDefault?: boolean }): Promise<SavedAddress> =>
  view((await tx.update(addresses).set(values).where(eq(addresses.id, id)).returning())[0]!)

/** Before another one becomes it. */
export const clearDefault = (tx: Transaction, userId: string, { except }: { except?: string } = {}) => tx.update(addresses).set({ isDefault: false })
  .where(and(eq(addresses.userId, userId), eq(addresses.isDefault, true), except ? ne(addresses.id, except) : undefined))

export const removeAddress = (tx: Transaction, id: string) => tx.delete(addresses).where(eq(addresses.id, id))
export const removeAddresses = (tx: Transaction, userId: string) => tx.delete(addresses).where(eq(addresses.userId, userId))
