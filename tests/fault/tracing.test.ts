import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addProduct, product } from '../harness/fixtures.ts'
import { anAddress, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../harness/trace-receiver.ts'

/** Nobody else has these; whatever of them is in a span came from a request. */
const canaries = {
  email: 'canary.of.the.traces@secret-mail.example',
  password: 'canary-password-4417',
  name: 'Canaria Tracewell',
  street: '99 Canary Wharf Mews',
  card: '5555555555554444',
  token: 'CanaryToken'.padEnd(43, 'q'),
  idempotencyKey: 'canary-key-83b1',
}

let receiver: TraceReceiver
let stack: Stack
let variantId: string
beforeAll(async () => {
  receiver = await startTraceReceiver()
  stack = await startStack({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '200', LOG_LEVEL: 'debug', RATE_LIMITS: 'on' },
    sandbox: { CARRIER_STEP_MS: '200' },
  })
  ;[variantId] = await addProduct(stack.database, product('traced', { stock: 50 })) as [string]
})
afterAll(async () => {
  await stack?.stop()
  await receiver?.close()
})

const newTrace = () => ({ traceId: crypto.randomUUID().replaceAll('-', ''), spanId: '00f067aa0ba902b7' })
const spansOf = (traceId: string) => receiver.spans().filter(span => span.traceId === traceId)
const entries = async () => (await readFile(join(stack.dataDir, 'web-1.log'), 'utf8')).split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Record<string, unknown>)

/** The order's request in a trace of its own, from a shopper who has logged in before with all that is secret. */
async function buyWithSecrets(traceparent: string) {
  const shopper = new TestShopper(stack.urls[0]!)
  await shopper.request('POST', '/api/auth/register', { email: canaries.email, password: canaries.password, name: canaries.name })
  await shopper.request('POST', '/api/auth/login', { email: canaries.email, password: `${canaries.password}!` })
  for (const page of [`/reset?token=${canaries.token}`, `/search?q=${encodeURIComponent(canaries.email)}`]) await (await fetch(`${stack.urls[0]!}${page}`)).text()
  await shopper.get(`/api/orders/7f000000-0000-4000-8000-000000000000?token=${canaries.token}`)
  await shopper.request('POST', '/api/payments/methods', { number: canaries.card, expMonth: 1, expYear: 2030, cvc: '737' })
  await shopper.add(variantId)
  const { body: checkout } = await shopper.checkout()
  return shopper.request<{ id: string }>('POST', '/api/orders', { checkoutId: checkout.id, email: canaries.email, address: { ...anAddress, name: canaries.name, line1: canaries.street }, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }, { 'idempotency-key': `"${canaries.idempotencyKey}"`, traceparent })
}

describe('an order', () => {
  test('is one trace from its request to the mail and the parcel, and nothing secret is in it', async () => {
    // A webhook is a request of its own: when it is quicker than the shopper's, the news are its.
    await stack.sandbox.faults('payments', { delayWebhooksMs: 3_000 })
    const { traceId, spanId } = newTrace()
    const { status } = await buyWithSecrets(`00-${traceId}-${spanId}-01`)
    expect(status).toBe(201)
    const isEffect = ({ kind, name }: ReceivedSpan) => kind === 'consumer' && /^process order\.paid (?:notifications|fulfilment)$/.test(name)
    const withChildren = (spans: ReceivedSpan[]) => spans.filter(isEffect).length === 2 && spans.some(({ name }) => name.endsWith('/carrier/shipments'))
    // A part ends, and is sent, before the whole.
    const orphans = (spans: ReceivedSpan[]) => spans.filter(({ parentSpanId }) => parentSpanId !== spanId && !spans.some(other => other.spanId === parentSpanId))
    const spans = await until(async () => [...spansOf(traceId)], all => withChildren(all) && orphans(all).length === 0)

    const byId = new Map(spans.map(span => [span.spanId, span]))
    const server = spans.find(span => span.kind === 'server')!
    expect(server).toMatchObject({ name: 'POST /api/orders', service: 'monolith-web', parentSpanId: spanId, attributes: { 'http.route': '/api/orders', 'http.response.status_code': 201 } })
    function lineOf(span: ReceivedSpan): ReceivedSpan[] {
      const parent = byId.get(span.parentSpanId ?? '')
      return parent ? [...lineOf(parent), span] : [span]
    }
    // No gap anywhere: each line begins with the request.
    expect(spans.filter(span => lineOf(span)[0] !== server).map(span => span.name)).toEqual([])
    const below = (root: ReceivedSpan, fits: (span: ReceivedSpan) => boolean) => spans.filter(span => fits(span) && span !== root && lineOf(span).includes(root))
    const isQuery = (span: ReceivedSpan) => span.attributes['db.system.name'] === 'postgresql'
    expect(below(server, span => isQuery(span) && span.service === 'monolith-web').length).toBeGreaterThan(5)
    expect(below(server, span => span.attributes['db.system.name'] === 'redis').map(span => span.name)).toContain('EVALSHA')
    const gateway = below(server, span => span.kind === 'client' && String(span.attributes['url.template']).startsWith('/v1/payment_intents'))
    expect(gateway.map(span => span.attributes['url.template'])).toEqual(expect.arrayContaining(['/v1/payment_intents', '/v1/payment_intents/{id}/capture']))
    expect(byId.get(gateway[0]!.parentSpanId!)!.name).toBe('the payment gateway')
    const effects = below(server, isEffect)
    expect(effects.map(span => span.service)).toEqual(['monolith-worker', 'monolith-worker'])
    for (const effect of effects) {
      expect(lineOf(effect).slice(-2)[0]).toMatchObject({ kind: 'producer', name: 'publish order.paid' })
      expect(below(effect, isQuery).length).toBeGreaterThan(1)
    }
    expect(below(effects.find(span => span.name.endsWith('fulfilment'))!, span => span.kind === 'client' && span.name === 'POST /carrier/shipments')).toHaveLength(1)
    await stack.sandbox.faults('payments', {})
    await until(async () => receiver.spans(), all => all.some(span => span.name === 'POST /api/payments/webhook'))

    const all = receiver.raw()
    expect(receiver.spans().length).toBeGreaterThan(100)
    expect(Object.entries(canaries).filter(([, canary]) => all.includes(canary) || all.includes(encodeURIComponent(canary))).map(([name]) => name)).toEqual([])
    expect(/secret-mail|\$argon2|sk_test|whsec_/.exec(all)?.[0]).toBeUndefined()
    expect(receiver.spans().filter(span => /\/api\/health|\/metrics/.test(span.name))).toEqual([])
  })
})

describe('a request', () => {
  async function traced(headers: Record<string, string>) {
    const requestId = headers['x-request-id'] ?? crypto.randomUUID()
    await new TestShopper(stack.urls[0]!).get('/api/products/suggest?q=traced', { 'x-request-id': requestId, ...headers })
    const span = (await until(async () => receiver.spans().filter(one => one.attributes['request.id'] === requestId), found => found.length === 1))[0]!
    const entry = (await until(entries, all => all.some(one => one.requestId === requestId))).find(one => one.requestId === requestId)!
    expect(entry.traceId).toBe(span.traceId)
    return span
  }

  test('when its traceparent is valid, then the trace goes on, and the log names the same', async () => {
    const { traceId, spanId } = newTrace()
    expect(await traced({ traceparent: `00-${traceId}-${spanId}-01` })).toMatchObject({ traceId, parentSpanId: spanId, kind: 'server' })
  })

  test.each([`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01`, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', 'nonsense'])('when its traceparent is %s, then a new trace begins', async (traceparent) => {
    const span = await traced({ traceparent })
    expect(span.parentSpanId).toBeUndefined()
    expect(span.traceId).not.toContain('4bf92f3577b34da6a3ce929d0e0e4736')
  })

  test('when it has no trace, then the balancer\'s id of the request names the new one', async () => {
    const requestId = newTrace().traceId
    expect(await traced({ 'x-request-id': requestId })).toMatchObject({ traceId: requestId, parentSpanId: undefined })
  })

  test('when its caller does not record the trace, then it is not recorded, and the log still names it', async () => {
    const { traceId, spanId } = newTrace()
    const requestId = crypto.randomUUID()
    await new TestShopper(stack.urls[0]!).get('/api/products/suggest?q=quiet', { 'traceparent': `00-${traceId}-${spanId}-00`, 'x-request-id': requestId })
    expect((await until(entries, all => all.some(one => one.requestId === requestId))).find(one => one.requestId === requestId)!.traceId).toBe(traceId)
    await traced({})
    expect(spansOf(traceId)).toEqual([])
  })
})

test('when nobody takes the traces, then requests are answered all the same, and the process ends in time', async () => {
  const { child, url } = await stack.startWeb(undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
  for (let request = 0; request < 20; request++) expect((await new TestShopper(url).get('/api/products?limit=2')).status).toBe(200)
  const from = performance.now()
  await child.stop()
  expect((await child.ending).code).toBe(0)
  expect(performance.now() - from).toBeLessThan(9_000)
})
