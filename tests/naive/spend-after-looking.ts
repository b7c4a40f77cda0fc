import { eq } from 'drizzle-orm'
import { passwordResets } from '../../server/auth/db/tables.ts'
import type { Executor } from '../../server/platform/db/connect.ts'

/** Looks whether the link is there, and deletes it afterwards. */
export async function spendAfterLooking(db: Executor, tokenHash: Buffer, looked: () => Promise<void>): Promise<string | null> {
  const [row] = await db.select({ id: passwordResets.id, userId: passwordResets.userId }).from(passwordResets).where(eq(passwordResets.tokenHash, tokenHash))
  await looked()
  if (!row) return null
  await db.delete(passwordResets).where(eq(passwordResets.id, row.id))
  return row.userId
}
