import { AppError } from '../platform/http/app-error.ts'

export const badSignature = () => new AppError({ code: 'fulfilment/bad-signature', status: 400, title: 'That was not signed by the carrier' })

export const notHandedOver = () => new AppError({
  code: 'fulfilment/not-handed-over',
  status: 503,
  title: 'The carrier has not taken the parcel',
  detail: 'It does not answer, or said no. The shop goes on trying by itself; ask again in a moment.',
  retryAfterS: 5,
})

/** Whether the parcel was stopped is not known: the carrier's own news will tell, or the next try. */
export const carrierUnavailable = () => new AppError({
  code: 'fulfilment/carrier-unavailable',
  status: 503,
  title: 'The carrier does not answer right now',
  detail: 'Whether your parcel could be stopped is not known yet. Please look again in a moment.',
  retryAfterS: 5,
})
