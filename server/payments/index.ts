/** The door of `payments`. */
export { abandonPayment, advancePayment, type PaymentDeps, type PaymentOutcome } from './advance-payment.ts'
export { listOpenFindings } from './db/open-findings.ts'
export { completeRefund, findPayment, findRefund, insertPayment, insertRefund, listAbandoned, type RefundCause, sumRefunds } from './db/queries.ts'
export { paymentInvariants } from './invariants.ts'
export { createStripeGateway, gatewayDown, type PaymentGateway } from './gateway.ts'
