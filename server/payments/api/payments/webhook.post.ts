import { defineEventHandler, getHeader } from 'h3'
import { z } from 'zod'
import { databaseNow } from '../../../platform/db/clock.ts'
import { writeFor } from '../../../platform/db/for-event.ts'
import { AppError } from '../../../platform/http/app-error.ts'
import { readBytes } from '../../../platform/http/input.ts'
import { appendEvent } from '../../../platform/outbox/append-event.ts'
import { insertWebhook } from '../../db/queries.ts'

const orderIdOf = z.uuid()
const badSignature = () => new AppError({ code: 'payments/bad-signature', status: 400, title: 'That was not signed by the gateway' })

/** Accepts what the gateway says, once, and only as a hint: whoever acts on it asks the gateway for the truth. */
export default defineEventHandler(async (event) => {
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
