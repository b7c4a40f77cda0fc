import { AppError } from '../platform/http/app-error.ts'

export const cartEmpty = () => new AppError({ code: 'orders/cart-empty', status: 409, title: 'There is nothing in the cart' })

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

export const keyReused = () => new AppError({ code: 'orders/idempotency-key-reused', status: 422, title: 'That Idempotency-Key was used for another order' })

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

export const notPaid = () => new AppError({ code: 'orders/not-paid', status: 409, title: 'Nothing was charged for this order, so nothing can go back' })

export const refundTooLarge = (leftMinor: number) => new AppError({
  code: 'orders/refund-too-large',
  status: 409,
  title: 'That is more than what is left of this order',
  detail: `At most ${leftMinor} pence can go back.`,
})

export const beingShipped = () => new AppError({
  code: 'orders/being-handed-over',
  status: 409,
  title: 'The parcel is being handed over right now',
  detail: 'Please try again in a few seconds.',
  retryAfterS: 3,
})
