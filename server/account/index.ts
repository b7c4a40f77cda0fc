/** The door of `account`: what somebody keeps with the shop, takes along, or has erased. */
export { addressData } from './personal-data.ts'
export { accountRoutes } from './api-description.ts'
