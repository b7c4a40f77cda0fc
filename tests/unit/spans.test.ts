import { EventEmitter } from 'node:events'
import type pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { inPart, inSpan, setTracer, type Span, type SpanOptions, type Tracer } from '../../server/platform/telemetry/spans.ts'
import { traceIdFrom } from '../../server/platform/telemetry/trace-context.ts'
import { traceQueries } from '../../server/platform/telemetry/trace-queries.ts'
import { templateOf } from '../../server/platform/telemetry/watch-calls.ts'

interface Kept { name: string, options: SpanOptions, ended: boolean, error?: unknown }

/** Keeps what it is told; the one at work is whichever was begun last and has not ended. */
function keepingTracer(): { kept: Kept[], tracer: Tracer } {
  const kept: Kept[] = []
  const open: Span[] = []
  const tracer: Tracer = {
    start(name, options) {
      const one: Kept = { name, options, ended: false }
      kept.push(one)
      const span: Span = { traceparent: `span-${kept.length}`, recorded: name !== 'left out', rename() {}, set() {}, end(failure) {
        Object.assign(one, { ended: true, error: failure?.error })
        open.splice(open.indexOf(span), 1)
      } }
      return span
    },
    current: () => open.at(-1),
    within(span, work) {
      open.push(span)
      return work()
    },
    enter: span => void open.push(span),
    stop: async () => {},
  }
  return { kept, tracer }
}

afterEach(() => setTracer(null))

describe('a mark in the code', () => {
  it('when nobody traces, then the work is done and knows of no span', async () => {
    expect(await inSpan('work', { kind: 'internal' }, async traceparent => [traceparent])).toEqual([undefined])
    expect(await inPart('part', { kind: 'client' }, async () => 7)).toBe(7)
  })

  it('when somebody does, then the work is told its span, which ends with it, failed if it failed', async () => {
    const { kept, tracer } = keepingTracer()
    setTracer(tracer)
    expect(await inSpan('work', { kind: 'consumer', parent: 'their-span' }, async traceparent => traceparent)).toBe('span-1')
    const error = new Error('no')
    await expect(inSpan('more', { kind: 'internal' }, async () => Promise.reject(error))).rejects.toBe(error)
    expect(kept).toEqual([
      { name: 'work', options: { kind: 'consumer', parent: 'their-span' }, ended: true, error: undefined },
      { name: 'more', options: { kind: 'internal' }, ended: true, error },
    ])
  })

  it('of a part makes no span where none is at work', async () => {
    const { kept, tracer } = keepingTracer()
    setTracer(tracer)
    await inPart('poll', { kind: 'client' }, async () => {})
    await inSpan('left out', { kind: 'server' }, () => inPart('query', { kind: 'client' }, async () => {}))
    await inSpan('work', { kind: 'server' }, () => inPart('query', { kind: 'client' }, async () => {}))
    expect(kept.map(({ name }) => name)).toEqual(['left out', 'work', 'query'])
  })
})

describe('a query', () => {
  it('is a span by its statement, without its values, whether it answers by a promise or by a callback', async () => {
    const { kept, tracer } = keepingTracer()
    setTracer(tracer)
    const failure = Object.assign(new Error('duplicate key'), { code: '23505' })
    const pool = Object.assign(new EventEmitter(), { connect: async () => {} }) as unknown as pg.Pool
    const client = { query: (...args: unknown[]) => {
      const told = args.at(-1)
      return typeof told === 'function' ? (told as (error: unknown) => void)(failure) : Promise.resolve({ rows: [] })
    } }
    traceQueries(pool)
    ;(pool as unknown as EventEmitter).emit('connect', client)
    await client.query('select 1 from ignored')
    await inSpan('work', { kind: 'server' }, async () => {
      await client.query({ text: 'select *\n  from "orders" where email = $1' }, ['ada@example.com'])
      client.query('insert into mails (recipient) values ($1)', ['ada@example.com'], () => {})
    })
    expect(kept.slice(1).map(({ name, options, error }) => [name, options.attributes?.['db.query.text'], error])).toEqual([
      ['SELECT orders', 'select * from "orders" where email = $1', undefined],
      ['INSERT mails', 'insert into mails (recipient) values ($1)', failure],
    ])
    expect(JSON.stringify(kept)).not.toContain('ada@')
  })
})

describe('what a call is named by', () => {
  it.each([
    ['/v1/payment_intents', '/v1/payment_intents'],
    ['/v1/payment_intents/pi_3x9/capture?expand=x', '/v1/payment_intents/{id}/capture'],
    ['/shipments/7f000000-0000-4000-8000-000000000000/cancel', '/shipments/{id}/cancel'],
    ['/people/ada%40example.com', '/people/{id}'],
    ['/', '/'],
  ])('%s', (path, template) => expect(templateOf(path)).toBe(template))
})

describe('a request\'s id as a trace\'s', () => {
  it.each([
    ['4bf92f3577b34da6a3ce929d0e0e4736', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['4BF92F35-77B3-4DA6-A3CE-929D0E0E4736', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['0'.repeat(32), undefined],
    ['my-own-request', undefined],
    ['', undefined],
  ])('%s', (requestId, traceId) => expect(traceIdFrom(requestId)).toBe(traceId))
})
