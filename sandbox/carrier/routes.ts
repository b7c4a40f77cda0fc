import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Service } from '../faults/gate.ts'
import { reasons } from '../faults/registry.ts'
import { dispatch, json, parseJson, problem, route } from '../http.ts'
import type { Answer, Call, Route } from '../http.ts'
import type { Carrier, Shipment } from './shipments.ts'

export const shipmentBody = z.strictObject({
  orderId: z.string().min(1).max(100),
  address: z.looseObject({ name: z.string(), line1: z.string(), city: z.string(), postcode: z.string(), country: z.string() }),
  lines: z.array(z.looseObject({ quantity: z.number().int().min(1) })).min(1).max(500),
})

interface Context { call: Call, carrier: Carrier }

const routes: Route<Context>[] = [
  route('POST', '/carrier/shipments', ({ call, carrier }) => createShipment(carrier, call)),
  route('GET', '/carrier/shipments', ({ call, carrier }) => {
    const orderId = call.query.get('orderId')
    return json(200, { items: carrier.store.all('shipments').filter(shipment => orderId === null || shipment.orderId === orderId) })
  }),
  route('GET', '/carrier/shipments/:id', ({ carrier }, { id = '' }) => {
    const shipment = carrier.store.get('shipments', id)
    return shipment ? json(200, shipment) : notFound(id)
  }),
  route('POST', '/carrier/shipments/:id/cancel', ({ carrier }, { id = '' }) => {
    const shipment = carrier.store.get('shipments', id)
    if (!shipment) return notFound(id)
    if (shipment.status === 'cancelled') return json(200, shipment)
    if (shipment.status !== 'label-created') return problem(409, 'carrier/already-shipped', `the shipment is ${shipment.status}`)
    return json(200, carrier.store.commit(() => carrier.move(shipment, 'cancelled')))
  }),
]

/**
 * POST /carrier/shipments, keyed by `Idempotency-Key`: the same key gives the same shipment, as it stands now.
 * 400 without a key, 422 for a bad body or for another body under a known key.
 */
function createShipment(carrier: Carrier, call: Call): Answer {
  const key = String(call.headers['idempotency-key'] ?? '').replaceAll(/^"|"$/g, '')
  if (key === '') return problem(400, 'carrier/idempotency-key-missing', 'send an Idempotency-Key')
  const parsed = shipmentBody.safeParse(parseJson(call.raw))
  if (!parsed.success) return problem(422, 'carrier/bad-shipment', z.prettifyError(parsed.error), { errors: reasons(parsed.error) })
  const fingerprint = fingerprintOf(parsed.data)

  const known = carrier.store.get('keys', key)
  if (known && known.fingerprint !== fingerprint) return problem(422, 'carrier/idempotency-key-reused', 'this key came with another shipment')
  if (known) return json(201, carrier.store.get('shipments', known.shipmentId), { 'idempotency-replayed': 'true' })
  return json(201, carrier.store.commit(() => keyedShipment(carrier, key, parsed.data)))
}

type ShipmentBody = z.infer<typeof shipmentBody>
const fingerprintOf = (body: ShipmentBody) => createHash('sha256').update(JSON.stringify(body)).digest('hex')

/** Adds a shipment, new or with a past, with the key that the shop knows it by; within the current commit. */
export function keyedShipment(carrier: Carrier, key: string, body: ShipmentBody, past?: Pick<Shipment, 'history' | 'stepMs'>): Shipment {
  const shipment = past ? carrier.remember({ ...body, ...past }) : carrier.add(body)
  carrier.store.put('keys', { id: key, fingerprint: fingerprintOf(body), shipmentId: shipment.id })
  return shipment
}

function notFound(id: string): Answer {
  return problem(404, 'carrier/no-such-shipment', `no shipment ${id.slice(0, 100)}`)
}

/** The carrier as the fault gate sees it. Its work is synchronous, so keys need no lock: a late repeat finds the shipment. */
export function carrierService(carrier: Carrier): Service {
  return {
    name: 'carrier',
    operations: (call) => {
      if (call.method !== 'POST') return ['read']
      return call.path.endsWith('/cancel') ? ['cancel'] : ['create']
    },
    claim: () => () => {},
    broken: () => problem(500, 'carrier/broken', 'the carrier failed'),
    answer: call => dispatch(routes, call.method, call.path, { call, carrier }) ?? problem(404, 'carrier/no-such-route', 'unknown route'),
  }
}
