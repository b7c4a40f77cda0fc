/** The door of `orders`: its events, what the worker runs, and what the wiring needs. */
export { orderEventTypes, orderSnapshot, type OrderSnapshot } from './events.ts'
export { orderProgress, paymentProgress, refunds } from './subscribers.ts'
export { reconcilePayments, type ReconcileDeps } from './reconcile-payments.ts'
export { resumePayments, sweepHolds, sweepKeys } from './sweeps.ts'
export { orderInvariants } from './invariants.ts'
export { moveOrders } from './db/queries.ts'
export { completeCancellation, type StopShipment } from './cancel-order.ts'
export { orderRoutes } from './api-description.ts'
