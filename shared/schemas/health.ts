import { z } from 'zod'

const status = z.enum(['pass', 'warn', 'fail'])
export const healthCheck = z.object({ status, observedMs: z.number(), detail: z.string().optional() })
export type HealthCheck = z.infer<typeof healthCheck>

/** `GET /api/health`: `warn` serves, with something missing. */
export const health = z.object({
  status,
  role: z.string(),
  uptimeS: z.int(),
  version: z.string(),
  checks: z.record(z.enum(['database', 'replica', 'cache', 'queue']), healthCheck),
})
export type Health = z.infer<typeof health>

/** `GET /api/health/ready`: which checks stand in the way. */
export const readiness = z.object({ status: z.enum(['pass', 'fail']), failed: z.array(z.string()) })
export type Readiness = z.infer<typeof readiness>

/** `GET /api/health/live`. */
export const liveness = z.object({ status: z.literal('pass') })
export type Liveness = z.infer<typeof liveness>
