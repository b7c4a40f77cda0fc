import { AppError, notFound } from '../platform/http/app-error.ts'

export const noSuchLetter = () => notFound('dead letter')

export const letterNotWaiting = (status: string) => new AppError({
  code: 'operations/letter-not-waiting',
  status: 409,
  title: 'That letter is not waiting',
  detail: `It is ${status}; only what waits can be changed, replayed or discarded.`,
})
