/** The door of `payments`. */
export { abandonPayment, advancePayment, type PaymentDeps, type PaymentOutcome } from './advance-payment.ts'
export { addRefunded, findPayment, insertPayment, listAbandoned } from './db/queries.ts'
export { createStripeGateway, gatewayDown, type PaymentGateway } from './gateway.ts'
