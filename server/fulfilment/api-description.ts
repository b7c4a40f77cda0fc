import { webhookAnswer } from '../../shared/schemas/payments.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { badSignature } from './errors.ts'

/** The routes of `fulfilment`, as the API's document tells them. */
export const fulfilmentRoutes: DomainDescription = {
  domain: 'fulfilment',
  about: 'What the carrier says.',
  routes: [
    { method: 'post', path: '/api/fulfilment/webhook', summary: 'News from the carrier', access: 'signed', body: 'bytes', answers: { 200: { description: 'Taken', schema: webhookAnswer } }, refusals: [badSignature()] },
  ],
}
