/**
 * One trace id from a request to the last effect of what it did, hours later and in other processes: W3C Trace Context.
 * A transaction carries its trace, so that an event knows where it comes from though no function passes it along.
 */
import { randomFillSync } from 'node:crypto'
import type { Transaction } from '../db/connect.ts'
import type { Database } from '../db/database.ts'

// W3C Trace Context, 3.2: version 00 is exactly this; a later version may have more behind it, which we must not read.
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

// Drawn by the thousand: one call for a few bytes costs as much as for a page of them, and every request wants some.
const pool = Buffer.alloc(4_096)
let drawn = pool.byteLength

function randomHex(bytes: number): string {
  if (drawn + bytes > pool.byteLength) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += bytes
  return pool.toString('hex', drawn - bytes, drawn)
}

export interface TraceContext {
  traceId: string
  spanId: string
  /** 1 where the caller records it, else 0. */
  traceFlags: number
}

/** What a header says; `null` when it is missing or not valid. */
export function readTraceparent(header: string | undefined): TraceContext | null {
  const [, version, traceId, spanId, flags, more] = pattern.exec(header ?? '') ?? []
  if (!traceId || (version === '00' && more !== undefined)) return null
  return { traceId, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16) & 1 }
}

const allZero = '0'.repeat(32)

/** A request's id as the name of a trace: 32 hex digits, which nginx' are, or a UUID; nothing for another. */
export function traceIdFrom(requestId: string): string | undefined {
  const digits = requestId.replaceAll('-', '').toLowerCase()
  return /^[0-9a-f]{32}$/.test(digits) && digits !== allZero ? digits : undefined
}

/** Continues the caller's trace under a span of our own; begins one, named by the request, when the header is missing or not valid. */
export function continueTrace(header: string | undefined, requestId = ''): string {
  const caller = readTraceparent(header)
  return caller ? `00-${caller.traceId}-${randomHex(8)}-0${caller.traceFlags}` : `00-${traceIdFrom(requestId) ?? randomHex(16)}-${randomHex(8)}-00`
}

/** The 32 hex digits that all of a trace have in common. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : pattern.exec(traceparent)?.[2]
}

const traces = new WeakMap<Transaction, string>()

/** The trace that this transaction belongs to, if one was bound. */
export const traceOf = (tx: Transaction): string | undefined => traces.get(tx)

/** The same `write`, whose transactions belong to a trace: events that are appended in them carry it. */
export function writeInTrace(write: Database['write'], traceparent: string | undefined): Database['write'] {
  if (traceparent === undefined) return write
  return work => write((tx) => {
    traces.set(tx, traceparent)
    return work(tx)
  })
}
