import { join } from 'node:path'
import type { Faults } from '../faults/registry.ts'
import { newId } from '../random.ts'
import { openRecordStore } from '../record-store.ts'
import type { RecordStore } from '../record-store.ts'
import type { Settings } from '../settings.ts'
import { createWebhookSender } from '../webhooks/sender.ts'

export const shipmentStatuses = ['label-created', 'shipped', 'delivered', 'cancelled'] as const
type ShipmentStatus = (typeof shipmentStatuses)[number]

export interface Shipment {
  id: string
  orderId: string
  trackingNumber: string
  status: ShipmentStatus
  address: Record<string, unknown>
  lines: Record<string, unknown>[]
  history: { status: ShipmentStatus, at: string }[]
  /** Its own pace, where it has one: how long it stays at each stop. */
  stepMs?: number
}

interface ShipmentEvent { id: string, type: `shipment.${ShipmentStatus}`, createdAt: string, data: { shipment: Shipment } }

/** The tables of the carrier: `keys` maps an idempotency key to the shipment that it made. */
interface CarrierTables {
  shipments: Shipment
  keys: { id: string, fingerprint: string, shipmentId: string }
  events: ShipmentEvent
  deliveries: { id: string }
}

export interface Carrier {
  store: RecordStore<CarrierTables>
  /** Adds a shipment within the current commit. */
  add: (order: Pick<Shipment, 'orderId' | 'address' | 'lines'>) => Shipment
  /** Adds a shipment of earlier times within the current commit; the shop knows of it. */
  remember: (shipment: Pick<Shipment, 'orderId' | 'address' | 'lines' | 'history' | 'stepMs'>) => Shipment
  /** Moves a shipment to a status within the current commit, and tells the shop. */
  move: (shipment: Shipment, status: ShipmentStatus) => Shipment
  pendingWebhooks: () => number
  stop: () => void
}

const nextStatus: Partial<Record<ShipmentStatus, ShipmentStatus>> = { 'label-created': 'shipped', 'shipped': 'delivered' }

/** Opens the carrier on its journal. Shipments go on from where they stood, and undelivered webhooks are sent again. */
export function openCarrier(settings: Settings, faults: Faults): Carrier {
  const store = openRecordStore<CarrierTables>(join(settings.dataDir, 'carrier.jsonl'))
  const timers = new Map<string, NodeJS.Timeout>()
  const sender = settings.carrierWebhookUrl === undefined
    ? undefined
    : createWebhookSender({
        url: settings.carrierWebhookUrl,
        secret: settings.webhookSecret,
        header: 'carrier-signature',
        service: 'carrier',
        faults,
        onDelivered: (id) => {
          if (!store.get('deliveries', id)) store.commit(() => store.put('deliveries', { id }))
        },
      })

  const move: Carrier['move'] = (shipment, status) => {
    const at = new Date().toISOString()
    const moved: Shipment = { ...shipment, status, history: [...shipment.history, { status, at }] }
    store.put('shipments', moved)
    if (sender) store.put('events', { id: newId('cev'), type: `shipment.${status}`, createdAt: at, data: { shipment: moved } })
    return moved
  }
  const arm = (shipment: Shipment) => {
    clearTimeout(timers.get(shipment.id))
    timers.delete(shipment.id)
    const next = nextStatus[shipment.status]
    if (!next) return
    const stepMs = shipment.stepMs ?? faults.get('carrier').carrierStepMs ?? settings.carrierStepMs
    const dueAtMs = Date.parse(shipment.history.at(-1)?.at ?? '') + stepMs
    timers.set(shipment.id, setTimeout(() => {
      const current = store.get('shipments', shipment.id)
      if (current?.status === shipment.status) store.commit(() => move(current, next))
    }, Math.max(0, dueAtMs - Date.now())))
  }

  const enqueue = (event: ShipmentEvent) => sender?.enqueue(event.id, JSON.stringify(event))
  store.onCommit((puts) => {
    for (const { table, record } of puts) {
      if (table === 'shipments') arm(record as Shipment)
      if (table === 'events') enqueue(record as ShipmentEvent)
    }
  })
  faults.onChange((service) => {
    if (service === 'carrier') store.all('shipments').forEach(arm)
  })
  store.all('events').filter(event => !store.get('deliveries', event.id)).forEach(enqueue)
  store.all('shipments').forEach(arm)

  const named = () => ({ id: newId('shp'), trackingNumber: `MS${newId('').slice(1, 13).toUpperCase()}GB` })

  return {
    store,
    move,
    add: order => move({ ...named(), ...order, status: 'label-created', history: [] }, 'label-created'),
    remember(past) {
      const shipment: Shipment = { ...named(), ...past, status: past.history.at(-1)!.status }
      store.put('shipments', shipment)
      return shipment
    },
    pendingWebhooks: () => sender?.pending() ?? 0,
    stop() {
      sender?.stop()
      timers.forEach(timer => clearTimeout(timer))
      store.close()
    },
  }
}
