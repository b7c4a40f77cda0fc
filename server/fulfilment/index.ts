/** The door of `fulfilment`. */
export { createCarrier } from './carrier.ts'
export { shipmentInvariants } from './invariants.ts'
export { findParcel, fulfilment, handOver, stopShipment } from './fulfil.ts'
export { parcelData } from './personal-data.ts'
export { sweepStopped } from './sweep-stopped.ts'
export { fulfilmentRoutes } from './api-description.ts'
