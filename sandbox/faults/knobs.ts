import { z } from 'zod'

const probability = z.number().min(0).max(1)
const durationMs = z.number().int().min(0).max(600_000)

const everyKnob = z.strictObject({
  down: z.boolean().describe('the connection is destroyed at once'),
  hang: z.boolean().describe('accepts, does nothing, never answers'),
  slowMs: durationMs.describe('the work is done at once, its answer comes this much later'),
  commitDelayMs: durationMs.describe('the work itself is done this much later, also when the client has left by then'),
  errorRate: probability.describe('share of requests answered 500, without the work'),
  answerLostAfterCharge: probability.describe('share of POSTs whose work is done and whose connection is then destroyed'),
  only: z.enum(['create', 'confirm', 'capture', 'cancel', 'refund', 'read']).describe('the knobs above touch this operation alone'),
  duplicateWebhooks: probability.describe('share of webhooks delivered twice'),
  reorderWebhooks: z.boolean().describe('webhooks are held for a moment and sent newest first'),
  delayWebhooksMs: durationMs.describe('webhooks leave this much later'),
  garbage: z.union([z.boolean(), z.enum(['malformed', 'hostile', 'huge'])]).describe('a broken body; true draws one of the three kinds'),
  carrierStepMs: durationMs.min(1).describe('time between two steps of a shipment'),
}).partial()

/** The knobs that each service has. Strict: a misspelt knob is refused, since a fault that silently never happens proves nothing. */
export const knobSchemas = {
  payments: everyKnob.omit({ garbage: true, carrierStepMs: true }).strict(),
  carrier: everyKnob.omit({ garbage: true }).strict(),
  recommendations: everyKnob.pick({ down: true, hang: true, slowMs: true, errorRate: true, garbage: true }).strict(),
}

export const faultsSchema = z.strictObject(knobSchemas).partial()

export type Knobs = z.infer<typeof everyKnob>
export type ServiceName = keyof typeof knobSchemas
export type Operation = NonNullable<Knobs['only']>
export const serviceNames = Object.keys(knobSchemas) as ServiceName[]
