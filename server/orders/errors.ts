import { maxOrderMinor, returnWindowDays } from '../../shared/delivery.ts'
import { formatMinor } from '../../shared/money.ts'
import { AppError } from '../platform/http/app-error.ts'

export const cartEmpty = () => new AppError({ code: 'orders/cart-empty', status: 409, title: 'There is nothing in the cart' })

export const noLongerSold = (variantId: string) => new AppError({
  code: 'orders/no-longer-sold',
  status: 409,
  title: 'Something in the cart is no longer sold',
  detail: 'The cart names it; take it out to go on.',
  errors: [{ path: `variant.${variantId}`, message: 'no longer sold' }],
})

export const checkoutGone = () => new AppError({
  code: 'orders/checkout-expired',
  status: 409,
  title: 'The hold on your things has run out',
  detail: 'Nothing was charged. Check out again to hold them anew.',
})

export const keyMissing = () => new AppError({
  code: 'orders/idempotency-key-missing',
  status: 400,
  title: 'An Idempotency-Key is needed',
  detail: 'Send a header such as Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324", the same for every retry of one purchase. It is kept for 24 hours.',
})

export const keyReused = () => new AppError({
  code: 'orders/idempotency-key-reused',
  status: 422,
  title: 'That Idempotency-Key was used for something else',
  detail: 'A key belongs to one body and is kept for 24 hours. Send a new key for what is new.',
})

export const stillRunning = () => new AppError({
  code: 'orders/still-running',
  status: 409,
  title: 'That order is being placed right now',
  detail: 'Ask again in a moment with the same key.',
  retryAfterS: 1,
})

export const declined = (reason: string) => new AppError({ code: 'orders/payment-declined', status: 402, title: 'The card was declined', detail: reason })

export const notCancellable = (status: string) => new AppError({
  code: 'orders/not-cancellable',
  status: 409,
  title: 'This order can no longer be cancelled',
  detail: `It is ${status}.`,
})

export const stillConfirming = () => new AppError({
  code: 'orders/payment-pending',
  status: 409,
  title: 'The payment is being confirmed',
  detail: 'The payment is being confirmed; until the bank has answered, the order can neither be cancelled nor refunded. Please try again in a minute.',
  retryAfterS: 10,
})

export const orderTooLarge = () => new AppError({
  code: 'orders/too-large',
  status: 409,
  title: 'That is more than one order can be',
  detail: `An order comes to at most ${formatMinor(maxOrderMinor)}. Please split it.`,
})

export const alreadyOrdered = () => new AppError({
  code: 'orders/already-ordered',
  status: 409,
  title: 'That checkout has become an order',
  detail: 'Cancel the order instead.',
})

export const cancelInstead = () => new AppError({
  code: 'orders/cancel-instead',
  status: 409,
  title: 'All of it can only go back with the order',
  detail: 'It has not shipped yet, so cancel it instead: that sends all of the money back and keeps the parcel here.',
})

export const notReturnable = (status: string) => new AppError({
  code: 'orders/not-returnable',
  status: 409,
  title: 'Nothing of this order can be sent back',
  detail: `Only what was delivered can be sent back; this order is ${status}.`,
})

export const returnTooLate = () => new AppError({
  code: 'orders/return-too-late',
  status: 409,
  title: 'The time to send things back is over',
  detail: `Things can be sent back within ${returnWindowDays} days of delivery.`,
})

export const returnOpen = () => new AppError({
  code: 'orders/return-open',
  status: 409,
  title: 'Some of that is on its way back already',
  detail: 'A return for it is open. More of the same can follow when that one has arrived.',
})

export const returnTooMuch = (errors: { path: string, message: string }[]) => new AppError({
  code: 'orders/return-too-much',
  status: 409,
  title: 'That is more than can come back',
  detail: 'It was not bought, or it has come back already.',
  errors,
})

export const returnClosed = (status: string) => new AppError({
  code: 'orders/return-closed',
  status: 409,
  title: 'Somebody has closed this return already',
  detail: `It is ${status}.`,
})

export const notPaid = () => new AppError({ code: 'orders/not-paid', status: 409, title: 'Nothing was charged for this order, so nothing can go back' })

export const refundTooLarge = (leftMinor: number) => new AppError({
  code: 'orders/refund-too-large',
  status: 409,
  title: 'That is more than what is left of this order',
  detail: `At most ${leftMinor} pence can go back.`,
})

export const refundChanged = (amountMinor: number) => new AppError({
  code: 'orders/refund-changed',
  status: 409,
  title: 'These things are worth another amount by now',
  detail: `${formatMinor(amountMinor)} would go back for them. Look again before you send it.`,
})

export const refundTooMuch = (errors: { path: string, message: string }[]) => new AppError({
  code: 'orders/refund-too-much',
  status: 409,
  title: 'More things than can be refunded',
  detail: 'They were not bought, or their money has gone back already.',
  errors,
})

export const notRestockable = (status: string) => new AppError({
  code: 'orders/not-restockable',
  status: 409,
  title: 'These things cannot go back on the shelf',
  detail: `Only things of a parcel that has left can come back, and they must be named; this order is ${status}.`,
})

export const notFulfillable = (status: string) => new AppError({
  code: 'orders/not-fulfillable',
  status: 409,
  title: 'There is nothing to hand over',
  detail: `Only an order that is paid waits for its parcel; this one is ${status}.`,
})

export const beingShipped = () => new AppError({
  code: 'orders/being-handed-over',
  status: 409,
  title: 'The parcel is being handed over right now',
  detail: 'Please try again in a few seconds.',
  retryAfterS: 3,
})

/** @param numbers of the orders that are not at their end */
export const ordersUnderway = (numbers: readonly string[]) => new AppError({
  code: 'orders/underway',
  status: 409,
  title: 'Something is still on its way',
  detail: `${numbers.length === 1 ? `Order ${numbers[0]} is` : `Orders ${numbers.join(', ')} are`} not finished: goods or money are still on their way. Please delete the account when they have arrived.`,
})

export const noInvoiceYet = () => new AppError({ code: 'orders/no-invoice-yet', status: 409, title: 'There is no invoice before the payment' })

export const nothingToReorder = () => new AppError({ code: 'orders/nothing-to-reorder', status: 409, title: 'None of it can be had any more' })
