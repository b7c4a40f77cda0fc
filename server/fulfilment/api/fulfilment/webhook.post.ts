import { defineEventHandler, getHeader } from 'h3'
import { z } from 'zod'
import type { WebhookAnswer } from '../../../../shared/schemas/payments.ts'
import { databaseNow } from '../../../platform/db/clock.ts'
import { writeFor } from '../../../platform/db/for-event.ts'
import { readBytes } from '../../../platform/http/input.ts'
import { badSignature } from '../../errors.ts'
import { readCarrierWebhook, type CarrierNews } from '../../carrier.ts'
import { recordNews } from '../../fulfil.ts'

export default defineEventHandler(async (event): Promise<WebhookAnswer> => {
  const { config, database } = event.context.platform
  const rawBody = await readBytes(event)
  const now = await database.fresh(databaseNow)
  let news: CarrierNews
  try {
    news = readCarrierWebhook(rawBody, getHeader(event, 'carrier-signature') ?? '', config.carrier.webhookSecret, now.getTime())
  }
  catch {
    throw badSignature()
  }
  const { orderId, trackingNumber } = news.data.shipment
  if (z.uuid().safeParse(orderId).success) await recordNews({ write: writeFor(event) }, news.type, { orderId, trackingNumber })
  return { received: true }
})
