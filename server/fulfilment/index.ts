/** The door of `fulfilment`. */
export { createCarrier, type Carrier } from './carrier.ts'
export { fulfilment, stopShipment } from './fulfil.ts'
