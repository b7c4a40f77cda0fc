import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSandboxProcess, startWebhookReceiver, temporaryDataDir } from '../sandbox-process.ts'
import type { RunningSandbox, WebhookReceiver } from '../sandbox-process.ts'

const webhookSecret = 'whsec_carrier'
const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postcode: 'SW1Y 4JH', country: 'GB' }

interface Shipment { id: string, orderId: string, trackingNumber: string, status: string, history: { status: string }[] }

let sandbox: RunningSandbox
let receiver: WebhookReceiver
let dataDir: Awaited<ReturnType<typeof temporaryDataDir>>

const start = async () => {
  sandbox = await startSandboxProcess({ DATA_DIR: dataDir.path, CARRIER_WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: webhookSecret })
}
const ship = (orderId: string, key: string | undefined, quantity = 1) => fetch(`${sandbox.url}/carrier/shipments`, {
  method: 'POST',
  headers: key === undefined ? {} : { 'idempotency-key': key },
  body: JSON.stringify({ orderId, address, lines: [{ sku: 'MUG-1', quantity }] }),
})
const read = async (response: Response | Promise<Response>) => await (await response).json() as Shipment
const stepsOf = (id: string) => receiver.received
  .filter(({ body }) => (body.data.shipment as Shipment).id === id)
  .map(({ body }) => body.type.replace('shipment.', ''))

beforeAll(async () => {
  dataDir = await temporaryDataDir()
  receiver = await startWebhookReceiver()
  await start()
})
afterAll(async () => {
  await sandbox.stop()
  await receiver.close()
  await dataDir.remove()
})

describe('the carrier', () => {
  it('ships once for a key', async () => {
    const first = await ship('order-1', '"key-1"')
    expect(first.status).toBe(201)
    const shipment = await read(first)
    expect(shipment).toMatchObject({ orderId: 'order-1', status: 'label-created', trackingNumber: expect.stringMatching(/^MS[0-9A-F]{12}GB$/) as string })
    const second = await ship('order-1', 'key-1')
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect((await read(second)).id).toBe(shipment.id)
    expect((await ship('order-1', 'key-1', 2)).status).toBe(422)
    expect((await ship('order-1', undefined)).status).toBe(400)
    const list = await (await fetch(`${sandbox.url}/carrier/shipments?orderId=order-1`)).json() as { items: Shipment[] }
    expect(list.items.map(item => item.id)).toEqual([shipment.id])
  })

  it('cancels before it ships', async () => {
    const { id } = await read(ship('order-2', 'key-2'))
    const cancelled = await fetch(`${sandbox.url}/carrier/shipments/${id}/cancel`, { method: 'POST' })
    expect([cancelled.status, (await read(cancelled)).status]).toEqual([200, 'cancelled'])
  })

  it('moves by itself, tells each step signed, and cancels no more', async () => {
    const { id } = await read(ship('order-3', 'key-3'))
    await sandbox.faults('carrier', { carrierStepMs: 30 })
    await receiver.until(() => stepsOf(id).includes('delivered'))
    await receiver.until(() => new Set(stepsOf(id)).size === 3)
    for (const { raw, headers } of receiver.received) Stripe.webhooks.constructEvent(raw, String(headers['carrier-signature']), webhookSecret)
    expect(await read(fetch(`${sandbox.url}/carrier/shipments/${id}`))).toMatchObject({ history: [{ status: 'label-created' }, { status: 'shipped' }, { status: 'delivered' }] })
    expect((await fetch(`${sandbox.url}/carrier/shipments/${id}/cancel`, { method: 'POST' })).status).toBe(409)
  })

  it('goes on after a kill, and sends again what was not accepted', async () => {
    await sandbox.faults('carrier', {})
    receiver.answerWith(500)
    const { id } = await read(ship('order-4', 'key-4'))
    await receiver.until(() => stepsOf(id).length > 0)
    await sandbox.stop('SIGKILL')
    receiver.answerWith(200)
    const refused = stepsOf(id).length
    await start()
    await receiver.until(() => stepsOf(id).length > refused)
    await sandbox.faults('carrier', { carrierStepMs: 30 })
    await receiver.until(() => stepsOf(id).includes('delivered'))
  })

  it('when the answer is lost, then the key finds the shipment', async () => {
    await sandbox.faults('carrier', { answerLostAfterCharge: 1, only: 'create' })
    await expect(ship('order-5', 'key-5')).rejects.toThrow()
    await sandbox.faults('carrier', {})
    const found = await ship('order-5', 'key-5')
    expect(found.headers.get('idempotency-replayed')).toBe('true')
  })
})

describe('recommendations', () => {
  const recommend = () => fetch(`${sandbox.url}/recommendations?slug=mug-1&limit=3`)

  it('are the same each time, of the same category first, and survive a restart', async () => {
    const slugs = ['mug', 'shirt'].flatMap(category => [1, 2, 3, 4, 5].map(number => ({ slug: `${category}-${number}`, category })))
    await fetch(`${sandbox.url}/recommendations/catalogue`, { method: 'PUT', body: JSON.stringify({ slugs }) })
    const { items } = await (await recommend()).json() as { items: { slug: string, score: number }[] }
    expect(items).toHaveLength(3)
    expect(items.every(item => /^mug-[2-5]$/.test(item.slug))).toBe(true)
    await sandbox.stop()
    await start()
    expect(await (await recommend()).json()).toEqual({ items })
  })

  it('turn into garbage by the knob, and a huge body ends when the client leaves', async () => {
    await sandbox.faults('recommendations', { garbage: 'malformed' })
    await expect((await recommend()).json()).rejects.toThrow()
    await sandbox.faults('recommendations', { garbage: 'hostile' })
    expect(await (await recommend()).text()).toContain('<script>')
    await sandbox.faults('recommendations', { garbage: 'huge' })
    const huge = await recommend()
    await huge.body?.cancel()
    expect((await fetch(`${sandbox.url}/health`)).status).toBe(200)
  })
})
