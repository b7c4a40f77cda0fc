import type { H3Event } from 'h3'
import type { User } from '../../shared/schemas/auth.ts'
import type { AdminProduct } from '../../shared/schemas/admin-products.ts'
import { originOf } from '../platform/audit/audit.ts'
import type { Executor } from '../platform/db/connect.ts'
import { productAt } from './addresses.ts'
import { findForAdmins } from './db/admin-queries.ts'
import type { Editor } from './edit-product.ts'

export const editorOf = (event: H3Event, user: Pick<User, 'id'>): Editor => ({ by: user.id, origin: originOf(event) })

/** A product as those see it who run the shop, by its address or one that it had. @throws {AppError} 404 */
export async function viewProduct(db: Executor, slug: string): Promise<AdminProduct> {
  const { id } = await productAt(db, slug)
  return (await findForAdmins(db, id))!
}
