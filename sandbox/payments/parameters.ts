import { z } from 'zod'
import { invalidRequest } from './errors.ts'
import type { GatewayError } from './errors.ts'
import type { Form } from './form.ts'

const wholeNumber = z.string().regex(/^\d{1,12}$/, 'Invalid integer').transform(Number)
const flag = z.enum(['true', 'false']).transform(text => text === 'true')
const text = z.string().max(5_000)

const amount = wholeNumber.refine(minor => minor >= 1, 'This value must be greater than or equal to 1.')
  .refine(minor => minor <= 99_999_999, 'Amount must be no more than 99999999.')
const metadata = z.record(z.string().max(40), z.string().max(500)).refine(fields => Object.keys(fields).length <= 50, 'No more than 50 keys')
const created = z.union([
  wholeNumber.transform(second => ({ gte: second, lte: second })),
  z.strictObject({ gt: wholeNumber, gte: wholeNumber, lt: wholeNumber, lte: wholeNumber }).partial(),
])
const expand = z.array(text)

export const confirmParams = z.strictObject({
  payment_method: text,
  return_url: z.url(),
  error_on_requires_action: flag,
  off_session: flag,
  expand,
}).partial()

export const createParams = confirmParams.extend({
  amount,
  currency: z.string().regex(/^[a-z]{3}$/i, 'Invalid currency').transform(code => code.toLowerCase()),
  capture_method: z.enum(['automatic', 'automatic_async', 'manual']).default('automatic_async'),
  confirmation_method: z.enum(['automatic', 'manual']).default('automatic'),
  confirm: flag.default(false),
  payment_method_types: z.array(text).default(['card']),
  automatic_payment_methods: z.looseObject({ enabled: flag }).optional(),
  metadata: metadata.default({}),
  description: text.optional(),
  customer: text.optional(),
  receipt_email: text.optional(),
  shipping: z.looseObject({}).optional(),
  statement_descriptor_suffix: text.optional(),
}).strict()

export const captureParams = z.strictObject({ amount_to_capture: amount, metadata, expand }).partial()
export const cancelParams = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']),
  expand,
}).partial()

export const refundParams = z.strictObject({
  payment_intent: text.optional(),
  charge: text.optional(),
  amount: amount.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.default({}),
  expand: expand.optional(),
})

export const methodParams = z.strictObject({
  type: z.literal('card'),
  card: z.strictObject({ number: text, exp_month: wholeNumber, exp_year: wholeNumber, cvc: text.optional() }),
  billing_details: z.looseObject({}).default({}),
  metadata: metadata.default({}),
})

export const retrieveParams = z.strictObject({ client_secret: text, expand }).partial()

const limit = wholeNumber.refine(count => count >= 1 && count <= 100, 'Limit must be between 1 and 100').default(10)

export const listParams = z.strictObject({
  limit,
  starting_after: text.optional(),
  ending_before: text.optional(),
  created: created.optional(),
  payment_intent: text.optional(),
  charge: text.optional(),
  type: text.optional(),
  expand: expand.optional(),
})
export const searchParams = z.strictObject({ query: text, limit, page: text.optional(), expand: expand.optional() })

/**
 * Checks decoded parameters.
 * @throws GatewayError 400 in Stripe's words: parameter_unknown, parameter_missing or parameter_invalid
 */
export function check<Schema extends z.ZodType>(schema: Schema, form: Form): z.infer<Schema> {
  const parsed = schema.safeParse(form)
  if (parsed.success) return parsed.data
  throw refusal(parsed.error.issues[0], form)
}

function refusal(issue: z.core.$ZodIssue | undefined, form: Form): GatewayError {
  if (!issue) return invalidRequest('Invalid parameters.')
  if (issue.code === 'unrecognized_keys') {
    const param = bracketed([...issue.path, issue.keys[0] ?? ''])
    return invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
  }
  const param = bracketed(issue.path)
  const given = issue.path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], form)
  if (given === undefined) return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  return invalidRequest(`${param}: ${issue.message}`, { code: 'parameter_invalid', param })
}

function bracketed(path: PropertyKey[]): string {
  return path.map((key, depth) => depth === 0 ? String(key) : `[${String(key)}]`).join('')
}
