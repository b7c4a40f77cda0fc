import { cardBody, paymentMethod, webhookAnswer } from '../../shared/schemas/payments.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { badSignature, cardRefused, gatewayDown } from './gateway.ts'

/** The routes of `payments`, as the API's document tells them. */
export const paymentRoutes: DomainDescription = {
  domain: 'payments',
  about: 'Cards, and what the gateway says.',
  routes: [
    { method: 'post', path: '/api/payments/methods', summary: 'A payment method for a test card', access: 'anyone', body: cardBody, answers: { 201: { description: 'Its id', schema: paymentMethod } }, refusals: [cardRefused(''), gatewayDown()] },
    { method: 'post', path: '/api/payments/webhook', summary: 'News from the gateway', access: 'signed', body: 'bytes', answers: { 200: { description: 'Taken', schema: webhookAnswer } }, refusals: [badSignature()] },
  ],
}
