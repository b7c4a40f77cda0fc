import type { RecordStore } from '../record-store.ts'

type IntentStatus
  = 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'processing' | 'requires_capture' | 'canceled' | 'succeeded'

type Metadata = Record<string, string>

/** A PaymentIntent in Stripe's own field names. Amounts in minor units, `created` in seconds since 1970. */
export interface Intent {
  id: string
  object: 'payment_intent'
  amount: number
  amount_capturable: number
  amount_received: number
  canceled_at: number | null
  cancellation_reason: string | null
  capture_method: 'automatic' | 'automatic_async' | 'manual'
  client_secret: string
  confirmation_method: 'automatic' | 'manual'
  created: number
  currency: string
  customer: string | null
  description: string | null
  last_payment_error: CardErrorBody | null
  latest_charge: string | null
  livemode: false
  metadata: Metadata
  next_action: { type: 'redirect_to_url', redirect_to_url: { url: string, return_url: string | null } } | null
  payment_method: string | null
  payment_method_types: string[]
  receipt_email: string | null
  status: IntentStatus
}

export interface Charge {
  id: string
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  captured: boolean
  created: number
  currency: string
  failure_code: string | null
  failure_message: string | null
  livemode: false
  metadata: Metadata
  paid: boolean
  payment_intent: string
  payment_method: string
  payment_method_details: { type: string, card?: { brand: string, last4: string } }
  refunded: boolean
  status: 'succeeded' | 'pending' | 'failed'
}

export interface Refund {
  id: string
  object: 'refund'
  amount: number
  charge: string
  created: number
  currency: string
  metadata: Metadata
  payment_intent: string
  reason: string | null
  status: 'succeeded'
}

export interface Decline { code: string, declineCode?: string, message: string }

/** What the issuer will say of a card. */
export type Behaviour = { kind: 'approve' | 'challenge' | 'process' } | ({ kind: 'decline' } & Decline)

export interface PaymentMethod {
  id: string
  object: 'payment_method'
  type: string
  created: number
  livemode: false
  metadata: Metadata
  billing_details: Record<string, unknown>
  card?: { brand: string, last4: string, exp_month: number, exp_year: number, funding: string }
}

export interface GatewayEvent {
  id: string
  object: 'event'
  api_version: string
  created: number
  data: { object: unknown }
  livemode: false
  pending_webhooks: number
  request: { id: string | null, idempotency_key: string | null }
  type: string
}

export interface CardErrorBody {
  type: 'card_error'
  code: string
  decline_code?: string
  message: string
  charge?: string
  payment_method?: { id: string, object: 'payment_method', type: string }
}

/** The answer kept under an idempotency key. `fingerprint` is a hash: card numbers never reach the disk. */
interface StoredAnswer { id: string, fingerprint: string, createdMs: number, status: number, body: string }

export interface LedgerRow {
  id: string
  seq: number
  at: string
  type: 'authorise' | 'capture' | 'void' | 'refund'
  intent: string
  orderId: string | null
  amountMinor: number
  currency: string
  debit: string
  credit: string
}

export interface LedgerSums {
  id: string
  orderId: string | null
  currency: string
  authorisedMinor: number
  capturedMinor: number
  voidedMinor: number
  refundedMinor: number
}

export interface PaymentTables {
  intents: Intent
  charges: Charge
  refunds: Refund
  methods: PaymentMethod
  /** What the issuer will say, by payment method: beside it, so that no answer gives it away. */
  behaviours: { id: string, behaviour: Behaviour }
  events: GatewayEvent
  deliveries: { id: string }
  answers: StoredAnswer
  rows: LedgerRow
  sums: LedgerSums
}

export type PaymentStore = RecordStore<PaymentTables>

/** One request at work: the state that it may change and who asked. */
export interface Work {
  store: PaymentStore
  nowS: number
  requestId: string | null
  idempotencyKey: string | null
  webhooksWanted: boolean
  publicUrl: string
}
