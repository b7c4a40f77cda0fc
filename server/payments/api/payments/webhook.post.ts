import { defineEventHandler, getHeader } from 'h3'
import { z } from 'zod'
import type { WebhookAnswer } from '../../../../shared/schemas/payments.ts'
import { databaseNow } from '../../../platform/db/clock.ts'
import { writeFor } from '../../../platform/db/for-event.ts'
import { readBytes } from '../../../platform/http/input.ts'
import { appendEvent } from '../../../platform/outbox/append-event.ts'
import { insertWebhook } from '../../db/queries.ts'
import { badSignature } from '../../gateway.ts'

const orderIdOf = z.uuid()

/** Accepts what the gateway says, once, and only as a hint: whoever acts on it asks the gateway for the truth. */
export default defineEventHandler(async (event): Promise<WebhookAnswer> => {
  const { gateway, platform: { database } } = event.context
  const rawBody = await readBytes(event)
  const now = await database.fresh(databaseNow)
  let webhook: ReturnType<typeof gateway.verifyWebhook>
  try {
    webhook = gateway.verifyWebhook(rawBody, getHeader(event, 'stripe-signature') ?? '', now)
  }
  catch {
    throw badSignature()
  }
  const orderId = orderIdOf.safeParse(webhook.orderId)
  await writeFor(event)(async (tx) => {
    if (!await insertWebhook(tx, webhook)) return
    if (orderId.success) await appendEvent(tx, { type: 'payment.changed', subject: orderId.data, payload: { orderId: orderId.data, webhook: webhook.type } })
  })
  return { received: true }
})
