import type { Executor } from '../platform/db/connect.ts'
import { insertUser } from './db/queries.ts'
import { hashPassword } from './passwords.ts'

/** Makes an account outside a request, for the seed; does nothing when the address is taken. */
export async function createAccount(db: Executor, account: { email: string, name: string, password: string, role: 'shopper' | 'admin' }): Promise<void> {
  const { password, ...values } = account
  await insertUser(db, { ...values, passwordHash: await hashPassword(password) })
}
