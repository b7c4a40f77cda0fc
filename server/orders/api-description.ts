import { z } from 'zod'
import { identifier } from '../../shared/schemas/cart.ts'
import { deskOrder, deskOrderList, deskOrderQuery, noteBody, orderNote, refundQuote } from '../../shared/schemas/desk.ts'
import { checkout, invoice, order, orderEvent, orderList, orderToken, placeOrderBody, reorder } from '../../shared/schemas/orders.ts'
import { orderReturn, quoteBody, receiveBody, refund, refundBody, rejectBody, returnBody, returnList, returnListQuery } from '../../shared/schemas/returns.ts'
import { pageQuery } from '../../shared/schemas/values.ts'
import { cartFull } from '../cart/index.ts'
import { gatewayDown } from '../payments/index.ts'
import { notFound } from '../platform/http/app-error.ts'
import { invalidCursor } from '../platform/http/cursor.ts'
import type { DomainDescription, Refusal } from '../platform/http/describe-route.ts'
import { outOfStock } from '../products/index.ts'
import { alreadyUsed, usedUp } from '../promotions/index.ts'
import * as errors from './errors.ts'

const params = { id: identifier }
/** From behind `stopShipment`: `fulfilment` stands on this domain, which so cannot ask it for its error. */
const carrierUnavailable: Refusal = { code: 'fulfilment/carrier-unavailable', statusCode: 503, title: 'The carrier does not answer right now' }
const notHandedOver: Refusal = { code: 'fulfilment/not-handed-over', statusCode: 503, title: 'The carrier has not taken the parcel' }
/** A guest's right to an order, from its confirmation link; whatever is no token is no right, and no mistake. */
const tokenQuery = z.object({ token: orderToken.optional() })
/** A browser sends `Last-Event-ID` for a stream that broke; a page that opens a new one says it here. Whatever is no number is none. */
const followQuery = tokenQuery.extend({ after: z.string().optional() })
const theCheckout = { description: 'What is held, until when, and what it costs', schema: checkout }
const theReturn = { 200: { description: 'The return, closed', schema: orderReturn } }
const theDeskOrder = { 200: { description: 'The order with its money, parcel, mails and notes', schema: deskOrder } }
const replayed = { 'Idempotency-Replayed': '`true` when this is the answer of an earlier try' }
const keyHeader = {
  'Idempotency-Key': { required: true, description: 'The same for every retry of one purchase or refund', schema: z.string().regex(/^(?:"[\w:.-]{1,200}"|[\w:.-]{1,200})$/) },
}

/** The routes of `orders`, as the API's document tells them. */
export const orderRoutes: DomainDescription = {
  domain: 'orders',
  about: 'From the checkout to what is sent back.',
  routes: [
    { method: 'post', path: '/api/checkout', summary: 'Hold what is in the cart', access: 'anyone', body: 'nothing', answers: { 201: theCheckout }, refusals: [errors.cartEmpty(), errors.noLongerSold(''), outOfStock(''), errors.orderTooLarge()] },
    { method: 'get', path: '/api/checkout/{id}', summary: 'An open checkout', access: 'shopper', params, answers: { 200: theCheckout }, refusals: [errors.checkoutGone()] },
    { method: 'delete', path: '/api/checkout/{id}', summary: 'Let go of what is held', access: 'shopper', params, answers: { 204: { description: 'Nothing is held any more' } }, refusals: [errors.alreadyOrdered()] },
    {
      method: 'post', path: '/api/orders', summary: 'Order and pay', access: 'shopper', headers: keyHeader, body: placeOrderBody,
      answers: { 201: { description: 'Paid', schema: order, headers: replayed }, 202: { description: 'The payment is being confirmed', schema: order, headers: replayed } },
      refusals: [notFound('checkout'), errors.keyMissing(), errors.keyReused(), errors.stillRunning(), errors.checkoutGone(), alreadyUsed(409), usedUp(409), errors.declined(''), gatewayDown()],
    },
    { method: 'get', path: '/api/orders', summary: 'Own orders', access: 'anyone', query: pageQuery, answers: { 200: { description: 'Newest first', schema: orderList } }, refusals: [invalidCursor()] },
    { method: 'get', path: '/api/orders/{id}', summary: 'One order', access: 'shopper', params, query: tokenQuery, answers: { 200: { description: 'The order', schema: order } } },
    { method: 'post', path: '/api/orders/{id}/cancel', summary: 'Cancel until it ships', access: 'shopper', params, query: tokenQuery, body: 'nothing', answers: { 200: { description: 'The order, cancelled', schema: order } }, refusals: [errors.stillConfirming(), errors.notCancellable(''), errors.beingShipped(), carrierUnavailable] },
    {
      method: 'get', path: '/api/orders/{id}/events', summary: 'The timeline as it happens', access: 'shopper', params, query: followQuery,
      headers: { 'Last-Event-ID': { required: false, description: 'The last event seen; what follows comes', schema: z.string().regex(/^\d{1,15}$/) } },
      answers: { 200: { description: 'Each message\'s data is an event of the order and `lsn`, the position to read after', schema: orderEvent, contentType: 'text/event-stream' } },
    },
    { method: 'post', path: '/api/orders/{id}/returns', summary: 'Send something back', access: 'shopper', params, query: tokenQuery, body: returnBody, answers: { 201: { description: 'The return, asked for', schema: orderReturn } }, refusals: [errors.notReturnable(''), errors.returnTooLate(), errors.returnOpen(), errors.returnTooMuch([])] },
    { method: 'get', path: '/api/orders/{id}/reorder', summary: 'What of it could be bought today', access: 'shopper', params, query: tokenQuery, answers: { 200: { description: 'Line by line, at today\'s prices', schema: reorder } } },
    { method: 'post', path: '/api/orders/{id}/reorder', summary: 'Put what can be had of it into the cart', access: 'shopper', params, query: tokenQuery, body: 'nothing', answers: { 200: { description: 'Line by line; at least so many are in the cart now', schema: reorder } }, refusals: [errors.nothingToReorder(), cartFull()] },
    { method: 'get', path: '/api/orders/{id}/invoice', summary: 'The invoice', access: 'shopper', params, query: tokenQuery, answers: { 200: { description: 'As it stands, with what went back', schema: invoice } }, refusals: [errors.noInvoiceYet()] },
    { method: 'get', path: '/api/admin/orders', summary: 'Everybody’s orders', access: 'admin', query: deskOrderQuery, answers: { 200: { description: 'Newest first', schema: deskOrderList } }, refusals: [invalidCursor()] },
    { method: 'get', path: '/api/admin/orders/{id}', summary: 'An order with all that is known of it', access: 'admin', params, answers: theDeskOrder },
    { method: 'post', path: '/api/admin/orders/{id}/notes', summary: 'Note something, unseen by the shopper', access: 'admin', params, body: noteBody, answers: { 201: { description: 'The note', schema: orderNote } } },
    { method: 'post', path: '/api/admin/orders/{id}/fulfil', summary: 'Hand the parcel to the carrier now', access: 'admin', params, body: 'nothing', answers: theDeskOrder, refusals: [errors.notFulfillable(''), notHandedOver] },
    { method: 'post', path: '/api/admin/orders/{id}/cancel', summary: 'Cancel for the shopper', access: 'admin', params, body: 'nothing', answers: theDeskOrder, refusals: [errors.stillConfirming(), errors.notCancellable(''), errors.beingShipped(), carrierUnavailable] },
    { method: 'post', path: '/api/admin/orders/{id}/refunds/quote', summary: 'What these things are worth now', access: 'admin', params, body: quoteBody, answers: { 200: { description: 'In pence', schema: refundQuote } }, refusals: [errors.returnOpen(), errors.refundTooMuch([])] },
    { method: 'get', path: '/api/admin/returns', summary: 'What comes back', access: 'admin', query: returnListQuery, answers: { 200: { description: 'Those that wait longest first', schema: returnList } }, refusals: [invalidCursor()] },
    { method: 'post', path: '/api/admin/returns/{id}/receive', summary: 'A parcel is back', access: 'admin', params, body: receiveBody, answers: theReturn, refusals: [errors.returnClosed('')] },
    { method: 'post', path: '/api/admin/returns/{id}/reject', summary: 'Take nothing back', access: 'admin', params, body: rejectBody, answers: theReturn, refusals: [errors.returnClosed('')] },
    {
      method: 'post', path: '/api/admin/orders/{id}/refunds', summary: 'Send some of the money back', access: 'admin', params, headers: keyHeader, body: refundBody,
      answers: { 201: { description: 'The refund', schema: refund, headers: replayed } },
      refusals: [errors.keyMissing(), errors.keyReused(), errors.notPaid(), errors.stillConfirming(), errors.refundTooLarge(0), errors.refundTooMuch([]), errors.refundChanged(0), errors.returnOpen(), errors.notRestockable(''), errors.cancelInstead()],
    },
  ],
}
