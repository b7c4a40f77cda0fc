/** The door of `payments`. */
export { abandonPayment } from './abandon-payment.ts'
export { advancePayment } from './advance-payment.ts'
export { type Finding, keepFindings, listBooks, listCaptured, type PaymentBook } from './db/books.ts'
export { completeRefund, findPayment, findRefund, insertPayment, insertRefund, keepIntent, listAbandoned, moveToState, type Payment, type RefundCause, sumRefunds } from './db/queries.ts'
export { gatewayDown, type LedgerIntent, type PaymentGateway } from './gateway.ts'
export { createStripeGateway } from './stripe-gateway.ts'
export type { PaymentDeps, PaymentOutcome } from './payment-outcome.ts'
