import { type reconcilePayments, resumePayments } from '../../server/orders/index.ts'

/** Finishes what our own books call open, and never asks the bank for its own. */
export const trustOwnBooks: typeof reconcilePayments = async deps => ({ looked: 0, mended: await resumePayments(deps, { olderThanS: 0 }), flagged: 0 })
