import { maxUploadBytes, maxUploadPixels } from '../../shared/upload-limits.ts'
import { AppError } from '../platform/http/app-error.ts'

/** Told by the code that clients of cart and checkout know. */
export const outOfStock = (variantId: string) => new AppError({
  code: 'orders/out-of-stock',
  status: 409,
  title: 'There are not enough of these left',
  detail: 'Somebody was quicker. The cart shows what is still there.',
  errors: [{ path: `variant.${variantId}`, message: 'not enough left' }],
})

export const skuTaken = () => new AppError({ code: 'products/sku-taken', status: 409, title: 'A SKU of this product belongs to another one' })

export const changedMeanwhile = () => new AppError({
  code: 'products/changed-meanwhile',
  status: 409,
  title: 'Somebody else has changed this meanwhile',
  detail: 'Nothing was saved. Read it again, and send yours with its version if you still want it.',
})

export const slugTaken = (slug: string) => new AppError({
  code: 'products/slug-taken',
  status: 409,
  title: 'Another product has that address',
  detail: `/products/${slug} is in use.`,
  errors: [{ path: 'slug', message: 'Another product has that address' }],
})

export const slugRedirects = (slug: string, to: string) => new AppError({
  code: 'products/slug-redirects',
  status: 409,
  title: 'That address leads to another product',
  detail: `/products/${slug} was once the address of /products/${to}, and old links still lead there. Take the address only if they may lead here from now on.`,
  errors: [{ path: 'slug', message: `Old links to it lead to ${to}` }],
})

export const unknownCategory = () => new AppError({ code: 'products/unknown-category', status: 422, title: 'There is no such category', errors: [{ path: 'category', message: 'Choose a category' }] })

export const unknownVariant = () => new AppError({ code: 'products/unknown-variant', status: 422, title: 'That is no variant of this product', errors: [{ path: 'variants', message: 'Not of this product' }] })

export const stockBelowZero = (onHand: number) => new AppError({
  code: 'products/stock-below-zero',
  status: 409,
  title: 'There are not that many on the shelf',
  detail: `${onHand} on hand; what is held for a checkout or sold cannot be taken away.`,
  errors: [{ path: 'by', message: `Only ${onHand} on hand` }],
})

export const uploadTooLarge = () => new AppError({ code: 'platform/body-too-large', status: 413, title: 'That is too large', detail: `A picture may have ${maxUploadBytes / 1_000_000} MB.` })

export const notAPicture = (reason = 'Its content is no JPEG, PNG, WebP or AVIF, whatever its name says.') => new AppError({ code: 'products/not-a-picture', status: 415, title: 'That is no picture that we can use', detail: reason })

export const tooManyPixels = () => new AppError({
  code: 'products/too-many-pixels',
  status: 422,
  title: 'That picture has too many pixels',
  detail: `At most ${maxUploadPixels / 1_000_000} megapixels; make it smaller first.`,
  errors: [{ path: 'picture', message: `At most ${maxUploadPixels / 1_000_000} megapixels` }],
})

export const uploadBroken = () => new AppError({ code: 'products/upload-broken', status: 400, title: 'The picture did not arrive whole', detail: 'Nothing was kept. Send it again.' })

export const uploadNotFailed = () => new AppError({ code: 'products/upload-not-failed', status: 409, title: 'That upload has not failed', detail: 'It is being worked on, or done already.' })
