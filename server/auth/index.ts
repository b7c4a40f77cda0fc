/** The door of `auth`: who is calling, what happens when a guest signs in, and what an account is written about. */
export { ensureShopper, findShopper, ownerOf, requireAdmin } from './shopper.ts'
export type { OnSignedIn } from './sign-in.ts'
export { createAccount } from './create-account.ts'
export { changeRole } from './change-role.ts'
export { accountNews, writeLetter } from './account-letters.ts'
export { sweepAccounts } from './sweep.ts'
export { authRoutes } from './api-description.ts'
