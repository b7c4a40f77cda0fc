import { defineEventHandler } from 'h3'
import { identifier } from '../../../../shared/schemas/cart.ts'
import type { Checkout } from '../../../../shared/schemas/orders.ts'
import { findShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { notFound } from '../../../platform/http/app-error.ts'
import { readId } from '../../../platform/http/input.ts'
import { findCheckout } from '../../db/queries.ts'
import { checkoutGone } from '../../errors.ts'
import { checkoutView } from '../../start-checkout.ts'

export default defineEventHandler(async (event): Promise<Checkout> => {
  const id = readId(event, identifier, 'id', 'checkout')
  const shopper = await findShopper(event)
  const found = shopper && await databaseFor(event).read(db => findCheckout(db, ownerIdOf(ownerOf(shopper)), id))
  if (!found) throw notFound('checkout')
  if (found.expired || found.checkout.status !== 'open') throw checkoutGone()
  return checkoutView(found.checkout, new Date(found.now))
})
