import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayTimeoutError, GatewayUnreachableError, type LedgerIntent, type PaymentGateway } from '../../server/payments/gateway.ts'
import { createStripeGateway } from '../../server/payments/stripe-gateway.ts'
import { closedPort, startLocalServer } from '../harness/local-server.ts'
import { type RunningSandbox, startSandboxProcess, temporaryDataDir } from '../sandbox-process.ts'

const keys = { secretKey: 'sk_test_0123456789abcdef', webhookSecret: 'whsec_0123456789abcdef' }
const gatewayAt = (apiUrl: string) => createStripeGateway({ ...keys, apiUrl })
const aPayment = (orderId: string, amountMinor = 1_000) => ({ orderId, amountMinor, currency: 'GBP', key: `order-${orderId}-create` })

let sandbox: RunningSandbox
let gateway: PaymentGateway
const dataDir = await temporaryDataDir()
beforeAll(async () => {
  sandbox = await startSandboxProcess({ DATA_DIR: dataDir.path, STRIPE_SECRET_KEY: keys.secretKey })
  gateway = gatewayAt(sandbox.url)
})
afterAll(async () => {
  await sandbox.stop()
  await dataDir.remove()
})

async function pay(orderId: string, paymentMethod = 'pm_card_visa') {
  const { id } = await gateway.create(aPayment(orderId))
  return gateway.confirm(id, { paymentMethod, key: `order-${orderId}-confirm` })
}

describe('an intent', () => {
  it.each([['pm_card_visa', 'authorised'], ['pm_usBankAccount_processing', 'processing'], ['pm_card_authenticationRequired', 'challenged']])('paid with %s is %s', async (method, status) => {
    expect(await pay(crypto.randomUUID(), method)).toMatchObject({ status, declineReason: null })
  })

  it('that the bank is processing cannot be given up, and captures by itself', async () => {
    const { id } = await pay(crypto.randomUUID(), 'pm_usBankAccount_processing')
    await expect(gateway.cancel(id, { key: crypto.randomUUID() })).rejects.toThrow('processing')
    await expect.poll(async () => (await gateway.retrieve(id)).status, { timeout: 10_000 }).toBe('captured')
  })
})

describe('the gateway\'s own books', () => {
  async function all(from: Date, to: Date): Promise<LedgerIntent[]> {
    const intents: LedgerIntent[] = []
    for (let after: string | null = null, last = false; !last;) {
      const page = await gateway.listIntents({ from, to, after })
      intents.push(...page.intents)
      after = page.next
      last = after === null
    }
    return intents
  }
  const around = (ms: number) => [new Date(Date.now() - ms), new Date(Date.now() + ms)] as const

  it('say what was captured, sent back and let go, of each intent', async () => {
    const [paid, back, gone, open] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
    for (const orderId of [paid, back]) await gateway.capture((await pay(orderId)).id, { key: `${orderId}-capture` })
    const intents = await all(...around(60_000))
    await gateway.refund(intents.find(intent => intent.orderId === back)!.id, { amountMinor: 300, key: 'some' })
    await gateway.cancel((await pay(gone)).id, { key: 'gone' })
    await gateway.create(aPayment(open))
    const found = new Map((await all(...around(60_000))).map(intent => [intent.orderId, intent]))
    expect(found.get(paid)).toMatchObject({ status: 'captured', amountMinor: 1_000, capturedMinor: 1_000, refundedMinor: 0, currency: 'GBP' })
    expect(found.get(back)).toMatchObject({ status: 'captured', capturedMinor: 1_000, refundedMinor: 300 })
    expect(found.get(gone)).toMatchObject({ status: 'cancelled', capturedMinor: 0, refundedMinor: 0 })
    expect(found.get(open)).toMatchObject({ status: 'open', capturedMinor: 0, refundedMinor: 0 })
  })

  it('are read to their end, page by page, and within their bounds', async () => {
    const ids = await Promise.all(Array.from({ length: 120 }, async () => (await gateway.create(aPayment(crypto.randomUUID()))).id))
    const first = await gateway.listIntents({ from: around(60_000)[0], to: around(60_000)[1], after: null })
    expect([first.intents.length, first.next]).toEqual([100, first.intents.at(-1)!.id])
    expect((await all(...around(60_000))).map(intent => intent.id)).toEqual(expect.arrayContaining(ids))
    expect(await all(new Date(0), new Date(Date.now() - 3_600_000))).toEqual([])
  })

  it('of another shape are refused', async () => {
    const { url } = await startLocalServer((_, response) => response.setHeader('content-type', 'application/json').end('{"object":"list","has_more":false,"data":[{"id":"pi_1","amount":"1000"}]}'))
    await expect(gatewayAt(url).listIntents({ from: new Date(), to: new Date(), after: null })).rejects.toThrow('amount')
  })
})

describe('silence', () => {
  it('when no answer comes, then that is a timeout, and the request on the wire is aborted', async () => {
    const service = await startLocalServer(() => {})
    await expect(gatewayAt(service.url).create(aPayment('1'))).rejects.toThrow(GatewayTimeoutError)
    await service.untilLeft(1)
    expect(service.requests).toHaveLength(1)
  })

  it('when an answer drips without end, then it is aborted all the same', async () => {
    const service = await startLocalServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 100)
      response.once('close', () => clearInterval(drip))
    })
    await expect(gatewayAt(service.url).create(aPayment('1'))).rejects.toThrow(GatewayTimeoutError)
    await service.untilLeft(1)
  })

  it('when nobody listens, then the request surely did not arrive', async () => {
    await expect(gatewayAt(await closedPort()).create(aPayment('1'))).rejects.toThrow(GatewayUnreachableError)
  })

  it('when the connection is dropped, then it is neither, and not tried again behind our back', async () => {
    const service = await startLocalServer((request, response) => response.destroy())
    const error = await gatewayAt(service.url).create(aPayment('1')).catch((failure: unknown) => failure)
    expect(error).not.toBeInstanceOf(GatewayTimeoutError)
    expect(error).not.toBeInstanceOf(GatewayUnreachableError)
    expect(service.requests).toHaveLength(1)
  })

  it('when it asks for patience, then a question is repeated only after that', async () => {
    const at: number[] = []
    const service = await startLocalServer((_, response) => {
      at.push(performance.now())
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' }).end('{"error":{"type":"api_error","message":"slow down"}}')
    })
    await expect(gatewayAt(service.url).retrieve('pi_1')).rejects.toThrow('slow down')
    expect(at).toHaveLength(2)
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990)
  })
})

describe('an answer that is none', () => {
  it('has no end: it is given up at 4 MB, long before its time is up', async () => {
    let sent = 0
    const endless = await startLocalServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":"')
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536
      }
      response.on('drain', more)
      more()
    })
    await expect(gatewayAt(endless.url).capture('pi_1', { key: 'k' })).rejects.not.toThrow(GatewayTimeoutError)
    await endless.untilLeft(1)
    expect(sent).toBeLessThan(64_000_000)
  })

  // The SDK takes any JSON without an `error` for success, whatever its status.
  const lies: [string, number, object][] = [
    ['nothing, with a fault', 500, {}],
    ['something of a proxy in between', 502, { message: 'upstream' }],
    ['nothing, with success', 200, {}],
    ['another intent', 200, { id: 'pi_2', object: 'payment_intent', status: 'succeeded', amount: 1_000, currency: 'gbp', metadata: {} }],
    ['a refund that failed', 200, { id: 're_1', object: 'refund', status: 'failed', amount: 1_000 }],
    ['a refund of another amount', 200, { id: 're_1', object: 'refund', status: 'succeeded', amount: 1 }],
  ]
  it.each(lies)('says %s, and is not believed', async (_, status, body) => {
    const { url } = await startLocalServer((_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
    const liar = gatewayAt(url)
    await expect(liar.refund('pi_1', { amountMinor: 1_000, key: 'k' })).rejects.toThrow()
    await expect(liar.capture('pi_1', { key: 'k' })).rejects.toThrow()
    await expect(liar.retrieve('pi_1')).rejects.toThrow()
  })
})

describe('a card', () => {
  const card = { number: '4242424242424242', expMonth: 12, expYear: 2040, cvc: '123' }

  it('that is refused is the shopper\'s to change', async () => {
    await expect(gateway.createCard({ ...card, number: '4242424242424241' })).rejects.toMatchObject({ code: 'payments/card-refused', statusCode: 402 })
  })

  it.each([['breaks off', false], ['answers with a fault', true]])('when the gateway %s, then nothing was charged, and the shopper is told so', async (_, answers) => {
    const { url } = await startLocalServer((request, response) => {
      if (answers) response.writeHead(500).end('{}')
      else response.destroy()
    })
    await expect(gatewayAt(url).createCard(card)).rejects.toMatchObject({ code: 'payments/gateway-unavailable', statusCode: 503 })
  })
})

describe('a webhook', () => {
  const body = Buffer.from(JSON.stringify({ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded', data: { object: { id: 'pi_1', object: 'payment_intent', metadata: { order_id: 'o' } } } }))
  const signed = (atS: number, secret = keys.webhookSecret) => `t=${atS},v1=${createHmac('sha256', secret).update(`${atS}.${body}`).digest('hex')}`
  const now = new Date('2031-01-01T00:00:00Z')
  const nowS = now.getTime() / 1_000

  it('is judged by the time that it is told, not by this machine\'s clock', () => {
    expect(gateway.verifyWebhook(body, signed(nowS - 10), now)).toEqual({ id: 'evt_1', type: 'payment_intent.succeeded', intentId: 'pi_1', orderId: 'o' })
    expect(() => gateway.verifyWebhook(body, signed(nowS - 301), now)).toThrow('tolerance')
  })

  it('that somebody else signed is refused', () => {
    expect(() => gateway.verifyWebhook(body, signed(nowS, 'whsec_another'), now)).toThrow('signatures')
    expect(() => gateway.verifyWebhook(Buffer.concat([body, Buffer.from(' ')]), signed(nowS), now)).toThrow('signatures')
  })
})
