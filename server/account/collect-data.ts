import type { H3Event } from 'h3'
import type { AccountExport } from '../../shared/schemas/account.ts'
import { requireUser } from '../auth/index.ts'
import { databaseNow } from '../platform/db/clock.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { collectPersonalData } from '../platform/personal-data.ts'

/** Everything that the shop keeps about whoever is logged in. @throws {AppError} 401 */
export async function collectData(event: H3Event): Promise<AccountExport> {
  const { user } = await requireUser(event)
  return databaseFor(event).read(async (db) => {
    const madeAt = (await databaseNow(db)).toISOString()
    return { madeAt, ...await collectPersonalData(db, event.context.personalData, { userId: user.id, email: user.email }) }
  })
}
