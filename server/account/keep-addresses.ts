import type { AddressBody, AddressChange, SavedAddress } from '../../shared/schemas/account.ts'
import { maxAddresses } from '../../shared/schemas/account.ts'
import { address as addressSchema } from '../../shared/schemas/orders.ts'
import { holdAccount } from '../auth/index.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { clearDefault, findAddress, insertAddress, listAddresses, removeAddress, updateAddress } from './db/queries.ts'
import { addressesFull } from './errors.ts'

/**
 * Every change holds the account: two at a time make no second default, and none is written for an account that is being deleted.
 * @throws {AppError} 404 when the account is gone
 */
async function holdOwner(tx: Transaction, userId: string): Promise<void> {
  if (!await holdAccount(tx, userId)) throw notFound('account')
}

/** The first address is the default. @throws {AppError} 409 `account/addresses-full` */
export async function addAddress(tx: Transaction, userId: string, { isDefault = false, ...address }: AddressBody): Promise<SavedAddress> {
  await holdOwner(tx, userId)
  const before = await listAddresses(tx, userId)
  if (before.length >= maxAddresses) throw addressesFull()
  if (isDefault) await clearDefault(tx, userId)
  return insertAddress(tx, { userId, address, isDefault: isDefault || before.length === 0 })
}

/** @throws {AppError} 404 for what is somebody else's or nobody's */
export async function changeAddress(tx: Transaction, userId: string, id: string, { isDefault, ...change }: AddressChange): Promise<SavedAddress> {
  await holdOwner(tx, userId)
  const row = await findAddress(tx, userId, id)
  if (!row) throw notFound('address')
  if (isDefault) await clearDefault(tx, userId, { except: id })
  return updateAddress(tx, id, { address: addressSchema.parse({ ...row.address, ...change }), ...(isDefault && { isDefault }) })
}

/** Of what is left the newest becomes the default, if the default goes. @throws {AppError} 404 */
export async function deleteAddress(tx: Transaction, userId: string, id: string): Promise<void> {
  await holdOwner(tx, userId)
  const row = await findAddress(tx, userId, id)
  if (!row) throw notFound('address')
  await removeAddress(tx, id)
  const [newest] = row.isDefault ? await listAddresses(tx, userId) : []
  if (newest) await updateAddress(tx, newest.id, { isDefault: true })
}
