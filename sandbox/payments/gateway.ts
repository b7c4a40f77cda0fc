import { join } from 'node:path'
import type { Faults } from '../faults/registry.ts'
import type { Service } from '../faults/gate.ts'
import { json } from '../http.ts'
import type { Answer, Call } from '../http.ts'
import { newId } from '../random.ts'
import { openRecordStore } from '../record-store.ts'
import type { Settings } from '../settings.ts'
import { createWebhookSender } from '../webhooks/sender.ts'
import type { WebhookSender } from '../webhooks/sender.ts'
import { GatewayError } from './errors.ts'
import { apiVersion } from './events.ts'
import { createKeyLocks, idempotencyKey, once } from './idempotency.ts'
import { watchProcessing } from './processing.ts'
import type { GatewayEvent, PaymentStore, PaymentTables, Work } from './records.ts'
import { answerCall, operationsOf } from './routes.ts'

export interface Gateway {
  service: Service
  store: PaymentStore
  newWork: (request?: { id: string, key: string | null }) => Work
  pendingWebhooks: () => number
  stop: () => void
}

/** Opens the payment gateway on its journal and takes up the webhooks that were not yet delivered. */
export function openGateway(settings: Settings, faults: Faults, publicUrl: () => string): Gateway {
  const store = openRecordStore<PaymentTables>(join(settings.dataDir, 'payments.jsonl'))
  const sender = settings.paymentsWebhookUrl === undefined
    ? undefined
    : createWebhookSender({
        url: settings.paymentsWebhookUrl,
        secret: settings.webhookSecret,
        header: 'stripe-signature',
        service: 'payments',
        faults,
        onDelivered: (id) => {
          if (!store.get('deliveries', id)) store.commit(() => store.put('deliveries', { id }))
        },
      })
  if (sender) sendEvents(store, sender)

  const newWork: Gateway['newWork'] = request => ({
    store,
    nowS: Math.floor(Date.now() / 1_000),
    requestId: request?.id ?? null,
    idempotencyKey: request?.key ?? null,
    webhooksWanted: sender !== undefined,
    publicUrl: publicUrl(),
  })
  const stopProcessing = watchProcessing(store, newWork)
  const claimKey = createKeyLocks()

  const guarded = (call: Call, work: () => Answer): Answer => {
    try {
      return unauthorised(call, settings.stripeSecretKey) ?? work()
    }
    catch (error) {
      if (error instanceof GatewayError) return error.toAnswer()
      throw error
    }
  }

  const service: Service = {
    name: 'payments',
    operations: operationsOf,
    broken: () => withHeaders(json(500, { error: { type: 'api_error', message: 'An unknown error occurred.' } }), newId('req'), null),
    claim(call) {
      const key = call.headers['idempotency-key']
      return typeof key === 'string' && call.method === 'POST' ? claimKey(key) : () => {}
    },
    answer(call) {
      const requestId = newId('req')
      const answer = guarded(call, () => {
        const key = idempotencyKey(call)
        return once(store, key, call, Date.now(), () => answerCall(newWork({ id: requestId, key }), call))
      })
      return withHeaders(answer, requestId, call.headers['idempotency-key'] ?? null)
    },
  }

  return {
    service,
    store,
    newWork,
    pendingWebhooks: () => sender?.pending() ?? 0,
    stop() {
      sender?.stop()
      stopProcessing()
      store.close()
    },
  }
}

function sendEvents(store: PaymentStore, sender: WebhookSender): void {
  const enqueue = (event: GatewayEvent) => sender.enqueue(event.id, JSON.stringify(event))
  store.all('events').filter(event => event.pending_webhooks > 0 && !store.get('deliveries', event.id)).forEach(enqueue)
  store.onCommit((puts) => {
    for (const { table, record } of puts) if (table === 'events' && (record as GatewayEvent).pending_webhooks > 0) enqueue(record as GatewayEvent)
  })
}

/** Without a configured key any test key will do: the sandbox guards nothing of worth. */
function unauthorised(call: Call, secretKey: string | undefined): Answer | undefined {
  const given = /^Bearer (\S+)$/.exec(call.headers.authorization ?? '')?.[1]
  if (given && (secretKey === undefined || given === secretKey)) return undefined
  const message = given ? `Invalid API Key provided: ${given.slice(0, 8)}****` : 'You did not provide an API key.'
  return json(401, { error: { type: 'invalid_request_error', message } })
}

function withHeaders(answer: Answer, requestId: string, key: string | string[] | null): Answer {
  return {
    ...answer,
    headers: { ...answer.headers, 'request-id': requestId, 'stripe-version': apiVersion, ...(key ? { 'idempotency-key': String(key) } : {}) },
  }
}
