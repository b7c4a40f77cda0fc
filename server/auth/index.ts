/** The door of `auth`: who is calling, and what happens when a guest signs in. */
export { ensureShopper, findShopper, ownerOf, requireAdmin } from './shopper.ts'
export type { OnSignedIn } from './sign-in.ts'
export { createAccount } from './create-account.ts'
