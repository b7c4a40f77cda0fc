/** The door of `operations`: what those who run the shop look at. */
export { checkInvariants } from './check-invariants.ts'
export { gaugeShop } from './shop-gauges.ts'
export { watchInvariants } from './watch-invariants.ts'
export { operationRoutes } from './api-description.ts'
