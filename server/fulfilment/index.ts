/** The door of `fulfilment`. */
export { createCarrier } from './carrier.ts'
export { shipmentInvariants } from './invariants.ts'
export { fulfilment, stopShipment } from './fulfil.ts'
export { sweepStopped } from './sweep-stopped.ts'
export { fulfilmentRoutes } from './api-description.ts'
