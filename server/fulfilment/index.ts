/** The door of `fulfilment`. */
export { createCarrier } from './carrier.ts'
export { fulfilment, stopShipment } from './fulfil.ts'
