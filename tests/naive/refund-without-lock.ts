import type { Transaction } from '../../server/platform/db/connect.ts'
import { findPayment, insertRefund, sumRefunds } from '../../server/payments/index.ts'

/** Adds up what was promised so far and promises more, while another may be doing the same. */
export async function refundWithoutLock(tx: Transaction, orderId: string, amountMinor: number): Promise<void> {
  const payment = await findPayment(tx, orderId)
  const leftMinor = payment!.amountMinor - await sumRefunds(tx, orderId)
  if (amountMinor > leftMinor) throw new Error('more than is left')
  await insertRefund(tx, { id: crypto.randomUUID(), orderId, amountMinor, currency: payment!.currency, cause: 'partial', reason: 'naive' })
}
