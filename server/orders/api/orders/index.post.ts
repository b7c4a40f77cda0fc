import { defineEventHandler, getHeader, setResponseHeader, setResponseStatus } from 'h3'
import { type Order, placeOrderBody } from '../../../../shared/schemas/orders.ts'
import { findShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { writeFor } from '../../../platform/db/for-event.ts'
import { notFound } from '../../../platform/http/app-error.ts'
import { readJson } from '../../../platform/http/input.ts'
import { parseIdempotencyKey } from '../../idempotency.ts'
import { placeOrder } from '../../place-order.ts'

export default defineEventHandler(async (event): Promise<Order> => {
  const key = parseIdempotencyKey(getHeader(event, 'idempotency-key'))
  const body = await readJson(event, placeOrderBody)
  const shopper = await findShopper(event)
  if (!shopper) throw notFound('checkout')
  const { gateway, platform: { database } } = event.context
  const deps = { gateway, database: { fresh: database.fresh, write: writeFor(event) } }
  const { status, order, replayed } = await placeOrder(deps, { ownerId: ownerIdOf(ownerOf(shopper)), key, body })
  if (replayed) setResponseHeader(event, 'Idempotency-Replayed', 'true')
  setResponseStatus(event, status)
  return order
})
