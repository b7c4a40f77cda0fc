import { defineEventHandler, getHeader } from 'h3'
import { z } from 'zod'
import { databaseNow } from '../../../platform/db/clock.ts'
import { writeFor } from '../../../platform/db/for-event.ts'
import { AppError } from '../../../platform/http/app-error.ts'
import { readBytes } from '../../../platform/http/input.ts'
import { readCarrierWebhook, type CarrierNews } from '../../carrier.ts'
import { recordNews } from '../../fulfil.ts'

const badSignature = () => new AppError({ code: 'fulfilment/bad-signature', status: 400, title: 'That was not signed by the carrier' })

export default defineEventHandler(async (event) => {
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
