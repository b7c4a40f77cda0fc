/**
 * What the shoppers asked and were told, written down by the clients themselves: the shop's own records cannot vouch for
 * the shop.
 */
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Line { variantId: string, quantity: number, unitPriceMinor: number }
export interface Step { id: string, status: string }

/** What of an answer's body is compared later. */
export interface Told {
  id?: string
  code?: string
  number?: string
  status?: string
  totalMinor?: number
  refundedMinor?: number
  lines?: Line[]
  /** The steps of an order's timeline that were told. */
  steps?: Step[]
  /** Ids of a list. */
  ids?: string[]
}

export type Outcome
  = | { kind: 'answer', status: number, told: Told }
    /** It may have been done or not: no answer, or one that does not say. */
    | { kind: 'unknown', why: string, told?: Told }
    /** Surely not done: it was never sent. */
    | { kind: 'unsent', why: string }

export type Operation = 'register' | 'add' | 'checkout' | 'pay' | 'pay-other-body' | 'cancel' | 'read-cart' | 'read-order' | 'read-orders' | 'list' | 'follow' | 'last-look'

export interface Entry {
  op: Operation
  shopper: string
  /** SHA-256 of the session's token, in hex, after the call; null without a session. */
  session: string | null
  web: number
  /** Idempotency key. */
  key?: string
  /** What the call is about: a checkout, an order, or a variant with its quantity. */
  checkoutId?: string
  orderId?: string
  variantId?: string
  quantity?: number
  paymentMethod?: string
  /** Milliseconds since the start of the run. */
  startMs: number
  endMs: number
  outcome: Outcome
}

export interface FaultRecord {
  name: string
  target: string
  how: 'kill' | 'freeze' | 'flush' | 'knob'
  fromMs: number
  /** When it was healed. */
  toMs: number
}

export interface Journal {
  readonly entries: readonly Entry[]
  readonly faults: readonly FaultRecord[]
  /** The newest cookie of each session; kept out of the file. */
  readonly cookies: Map<string, string>
  /** Milliseconds since the start. */
  nowMs(): number
  record(entry: Entry): void
  recordFault(fault: FaultRecord): void
  close(): Promise<void>
}

/** Append-only, in memory and as JSON lines in `file`. */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true })
  const out = createWriteStream(file)
  const startedAt = performance.now()
  const entries: Entry[] = []
  const faults: FaultRecord[] = []
  return {
    entries,
    faults,
    cookies: new Map(),
    nowMs: () => Math.round(performance.now() - startedAt),
    record(entry) {
      entries.push(entry)
      out.write(`${JSON.stringify(entry)}\n`)
    },
    recordFault(fault) {
      faults.push(fault)
      out.write(`${JSON.stringify({ fault })}\n`)
    },
    close: () => new Promise(resolve => out.end(resolve)),
  }
}
