import { dispatch, json, route } from '../http.ts'
import type { Answer, Call, Route } from '../http.ts'
import type { Operation } from '../faults/knobs.ts'
import { cardError, GatewayError, missing } from './errors.ts'
import { decodeForm } from './form.ts'
import type { Form } from './form.ts'
import { cancelIntent, captureIntent, confirm, createIntent, findIntent } from './intents.ts'
import type { Outcome } from './confirm.ts'
import { expanded, listPage, searchIntents } from './lists.ts'
import { check, retrieveParams } from './parameters.ts'
import { createPaymentMethod, findPaymentMethod } from './payment-methods.ts'
import { createRefund } from './refunds.ts'
import type { Work } from './records.ts'

interface Context { work: Work, form: Form, path: string }

const routes: Route<Context>[] = [
  route('POST', '/v1/payment_intents', ({ work, form }) => outcome(work, form, createIntent(work, form))),
  route('GET', '/v1/payment_intents', ({ work, form, path }) => json(200, listPage(work.store, 'intents', path, form))),
  route('GET', '/v1/payment_intents/search', ({ work, form }) => json(200, searchIntents(work.store, form))),
  route('GET', '/v1/payment_intents/:id', ({ work, form }, { id = '' }) => found(work, check(retrieveParams, form).expand, findIntent(work, id, 404))),
  route('POST', '/v1/payment_intents/:id/confirm', ({ work, form }, { id = '' }) => outcome(work, form, confirm(work, id, form))),
  route('POST', '/v1/payment_intents/:id/capture', ({ work, form }, { id = '' }) => outcome(work, form, { intent: captureIntent(work, id, form) })),
  route('POST', '/v1/payment_intents/:id/cancel', ({ work, form }, { id = '' }) => outcome(work, form, { intent: cancelIntent(work, id, form) })),
  route('POST', '/v1/refunds', ({ work, form }) => found(work, expandOf(form), createRefund(work, form))),
  route('GET', '/v1/refunds', ({ work, form, path }) => json(200, listPage(work.store, 'refunds', path, form))),
  route('GET', '/v1/refunds/:id', ({ work, form }, { id = '' }) => found(work, expandOf(form), work.store.get('refunds', id) ?? missing('refund', id, 'id', 404))),
  route('GET', '/v1/charges', ({ work, form, path }) => json(200, listPage(work.store, 'charges', path, form))),
  route('GET', '/v1/charges/:id', ({ work, form }, { id = '' }) => found(work, expandOf(form), work.store.get('charges', id) ?? missing('charge', id, 'id', 404))),
  route('GET', '/v1/events', ({ work, form, path }) => json(200, listPage(work.store, 'events', path, form))),
  route('GET', '/v1/events/:id', ({ work, form }, { id = '' }) => found(work, expandOf(form), work.store.get('events', id) ?? missing('event', id, 'id', 404))),
  route('POST', '/v1/payment_methods', ({ work, form }) => json(200, createPaymentMethod(work, form))),
  route('GET', '/v1/payment_methods/:id', ({ work }, { id = '' }) => json(200, findPaymentMethod(work, id, 404).method)),
]

/** Answers one API call against the state in `work`. @throws GatewayError */
export function answerCall(work: Work, call: Call): Answer {
  const form = decodeForm(call.method === 'POST' ? new URLSearchParams(call.raw) : call.query)
  const answer = dispatch(routes, call.method, call.path, { work, form, path: call.path })
  if (answer) return answer
  throw new GatewayError(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${call.method}: ${call.path.slice(0, 200)}).` }, false)
}

/** What a call does, for the fault knob `only`; a create that also confirms counts as both. */
export function operationsOf(call: Call): Operation[] {
  if (call.method !== 'POST') return ['read']
  if (call.path === '/v1/refunds') return ['refund']
  if (call.path === '/v1/payment_intents') return new URLSearchParams(call.raw).get('confirm') === 'true' ? ['create', 'confirm'] : ['create']
  const verb = /^\/v1\/payment_intents\/[^/]+\/(confirm|capture|cancel)$/.exec(call.path)?.[1]
  return verb ? [verb as Operation] : []
}

function outcome(work: Work, form: Form, { intent, decline }: Outcome): Answer {
  // Not thrown: a decline is work done, and throwing would roll its records back.
  if (decline) return cardError(decline, intent).toAnswer()
  return found(work, expandOf(form), intent)
}

function found(work: Work, expand: string[] | undefined, record: object): Answer {
  if (record instanceof GatewayError) throw record
  return json(200, expanded(work.store, record, expand, ''))
}

function expandOf(form: Form): string[] | undefined {
  return check(retrieveParams, form.expand ? { expand: form.expand } : {}).expand
}
