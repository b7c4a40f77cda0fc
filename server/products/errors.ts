import { AppError } from '../platform/http/app-error.ts'

/** Told by the code that clients of cart and checkout know. */
export const outOfStock = (variantId: string) => new AppError({
  code: 'orders/out-of-stock',
  status: 409,
  title: 'There are not enough of these left',
  detail: 'Somebody was quicker. The cart shows what is still there.',
  errors: [{ path: `variant.${variantId}`, message: 'not enough left' }],
})
