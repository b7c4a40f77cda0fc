import type { Executor } from '../platform/db/connect.ts'
import { promotions } from './db/tables.ts'

/** Codes that a visitor of the demo can try. */
const codes = [
  { code: 'TENOFF', kind: 'percentage', value: 10, perShopperLimit: 5 },
  { code: 'FIVER', kind: 'amount', value: 500, minimumMinor: 4_000 },
  { code: 'POSTED', kind: 'free-shipping', value: 0, minimumMinor: 2_000, totalLimit: 200 },
] as const

/** Adds them to a shop that has none of that name. */
export async function seedPromotions(db: Executor): Promise<void> {
  await db.insert(promotions).values(codes.map(code => ({ ...code }))).onConflictDoNothing({ target: promotions.code })
}
