import { AsyncResource } from 'node:async_hooks'
import type pg from 'pg'
import type { SpanOptions } from './spans.ts'
import { activeTracer, inPart } from './spans.ts'

const verb = /^[\s(]*([a-z]+)/i
const target = /\b(?:from|into|update)\s+(?:only\s+)?"?([a-z_]+)"?/i

interface Description { name: string, attributes: NonNullable<SpanOptions['attributes']> }

/** Statements come again and again. */
const described = new Map<string, Description>()

/** A name of which there are few, and the statement with its placeholders; values are never in it. */
function describeQuery(text: string): Description {
  const known = described.get(text) ?? describe(text)
  if (described.size > 1_000) described.clear()
  described.set(text, known)
  return known
}

function describe(text: string): Description {
  const operation = verb.exec(text)?.[1]?.toUpperCase() ?? 'QUERY'
  const table = target.exec(text)?.[1]
  return {
    name: table ? `${operation} ${table}` : operation,
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text.replaceAll(/\s+/g, ' ').trim(), ...(table && { 'db.collection.name': table }) },
  }
}

type AnyQuery = (...args: unknown[]) => unknown
const textOf = (query: unknown): string | undefined => typeof query === 'string' ? query : (query as { text?: string } | undefined)?.text

/** Makes a span of each query of this pool's connections that belongs to one; leaves the pool as it is where there is no tracer. */
export function traceQueries(pool: pg.Pool): void {
  if (!activeTracer()) return
  // A query that had to wait for a connection is run by whoever gave that back, and in their trace.
  const connect = pool.connect.bind(pool) as AnyQuery
  pool.connect = ((...args: unknown[]) => connect(...args.map(arg => (typeof arg === 'function' ? AsyncResource.bind(arg as AnyQuery) : arg)))) as typeof pool.connect
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as AnyQuery
    client.query = ((...args: unknown[]) => {
      const tracer = activeTracer()
      const text = textOf(args[0])
      if (!tracer?.current()?.recorded || text === undefined) return query(...args)
      const { name, attributes } = describeQuery(text)
      const told = args.at(-1)
      if (typeof told !== 'function') return inPart(name, { kind: 'client', attributes }, () => query(...args) as Promise<unknown>)
      const span = tracer.start(name, { kind: 'client', attributes })
      const tell = AsyncResource.bind(told as AnyQuery)
      return query(...args.slice(0, -1), (error: unknown, ...rest: unknown[]) => {
        span.end(error ? { error } : undefined)
        tell(error, ...rest)
      })
    }) as typeof client.query
  })
}
