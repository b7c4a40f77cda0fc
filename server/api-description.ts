import { z } from 'zod'
import { health, liveness, readiness } from '../shared/schemas/health.ts'
import { accountRoutes } from './account/index.ts'
import { authRoutes } from './auth/index.ts'
import { cartRoutes } from './cart/index.ts'
import { fulfilmentRoutes } from './fulfilment/index.ts'
import { notificationRoutes } from './notifications/index.ts'
import { operationRoutes } from './operations/index.ts'
import { orderRoutes } from './orders/index.ts'
import { paymentRoutes } from './payments/index.ts'
import type { DomainDescription } from './platform/http/describe-route.ts'
import { productRoutes } from './products/index.ts'
import { promotionRoutes } from './promotions/index.ts'
import { reviewRoutes } from './reviews/index.ts'
import { wishRoutes } from './wishlist/index.ts'

const processRoutes: DomainDescription = {
  domain: 'process',
  about: 'How this process is, and what it speaks.',
  routes: [
    { method: 'get', path: '/api/health/live', summary: 'Is it up', access: 'anyone', answers: { 200: { description: 'It is', schema: liveness } } },
    { method: 'get', path: '/api/health/ready', summary: 'Can it serve', access: 'anyone', answers: { 200: { description: 'It can', schema: readiness }, 503: { description: 'It cannot, and why', schema: readiness } } },
    { method: 'get', path: '/api/health', summary: 'What it reaches', access: 'anyone', answers: { 200: { description: 'It serves', schema: health }, 503: { description: 'It does not', schema: health } } },
    { method: 'get', path: '/api/openapi.json', summary: 'This document', access: 'anyone', demoOnly: true, answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) } } },
    { method: 'get', path: '/api/docs', summary: 'This document for people', access: 'anyone', demoOnly: true, answers: { 200: { description: 'A page', schema: z.string(), contentType: 'text/html' } } },
  ],
}

/** Every route below `/api`, by domain. */
export const apiDescription: readonly DomainDescription[] = [
  processRoutes, productRoutes, cartRoutes, authRoutes, accountRoutes, orderRoutes, promotionRoutes, paymentRoutes, fulfilmentRoutes, notificationRoutes, operationRoutes, reviewRoutes, wishRoutes,
]
