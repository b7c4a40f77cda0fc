import { json } from '../http.ts'
import type { Answer } from '../http.ts'
import type { Decline, Intent } from './records.ts'

interface ErrorBody {
  type: 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  payment_intent?: Intent
}

/**
 * A refusal in Stripe's shape, `{ error: { type, code, … } }`.
 * `executed` tells whether work had begun: only then is the answer kept under the idempotency key.
 */
export class GatewayError extends Error {
  status: number
  body: ErrorBody
  executed: boolean
  constructor(status: number, body: ErrorBody, executed: boolean) {
    super(body.message)
    this.status = status
    this.body = body
    this.executed = executed
  }

  toAnswer(): Answer {
    return json(this.status, { error: this.body })
  }
}

/** 400: a parameter is wrong; nothing was begun. */
export function invalidRequest(message: string, detail: { code?: string, param?: string } = {}): GatewayError {
  return new GatewayError(400, { type: 'invalid_request_error', message, ...detail }, false)
}

/** No such object: 404 when it is named in the path, 400 when in a parameter. */
export function missing(kind: string, id: string, param: string, status: 400 | 404): GatewayError {
  return new GatewayError(status, { type: 'invalid_request_error', code: 'resource_missing', param, message: `No such ${kind}: '${id.slice(0, 100)}'` }, false)
}

/** 400: the intent's status does not allow this. The intent comes along, so that the caller can see where it stands. */
export function unexpectedState(intent: Intent, verb: string): GatewayError {
  const message = `This PaymentIntent's status is ${intent.status}: it cannot be ${verb}.`
  return new GatewayError(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message, payment_intent: intent }, true)
}

/** 400: the state of the money does not allow this. */
export function refusedByState(message: string, code?: string): GatewayError {
  return new GatewayError(400, { type: 'invalid_request_error', message, ...(code ? { code } : {}) }, true)
}

/** 402: the card itself is refused. */
export function cardError(decline: Decline, intent?: Intent): GatewayError {
  return new GatewayError(402, {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
    message: decline.message,
    ...(intent ? { payment_intent: intent } : {}),
  }, true)
}
