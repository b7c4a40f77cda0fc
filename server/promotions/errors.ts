import { formatMinor } from '../../shared/money.ts'
import { AppError } from '../platform/http/app-error.ts'

/** 422 with the words beside the field while a code is typed, 409 when an order finds it gone. */
const beside = (status: number, message: string) => ({ status, ...(status === 422 && { errors: [{ path: 'code', message }] }) })

/** Also for a code that has not started: what is planned is nobody's business yet. */
export const unknownCode = () => {
  const title = 'We don’t know that code'
  return new AppError({ code: 'promotions/unknown-code', title, detail: `${title}. Codes are letters and digits, in any case.`, ...beside(422, `${title}. Check its spelling?`) })
}

export const codeEnded = () => {
  const title = 'That code has ended'
  return new AppError({ code: 'promotions/ended', title, ...beside(422, `${title}.`) })
}

/** @param missingMinor what the goods lack, in pence */
export const minimumNotMet = (minimumMinor: number, missingMinor: number) => {
  const detail = `That code needs ${formatMinor(minimumMinor)} of goods; ${formatMinor(missingMinor)} to go.`
  return new AppError({ code: 'promotions/minimum-not-met', title: 'That code needs a fuller basket', detail, ...beside(422, detail) })
}

export const usedUp = (status: 409 | 422 = 422) => {
  const detail = 'That code has been used up: others were quicker.'
  return new AppError({ code: 'promotions/used-up', title: 'That code has been used up', detail, ...beside(status, detail) })
}

export const alreadyUsed = (status: 409 | 422 = 422) => {
  const detail = 'You have used that code as often as one person can.'
  return new AppError({ code: 'promotions/already-used', title: 'You have used that code already', detail, ...beside(status, detail) })
}

export const codeTaken = () => new AppError({ code: 'promotions/code-taken', status: 409, title: 'There is a promo code of that name already' })

export const limitBelowUses = (used: number) => new AppError({
  code: 'promotions/limit-below-uses',
  status: 409,
  title: 'It has been used more often than that',
  detail: `Orders have used it ${used} times. End it instead, or choose a higher limit.`,
})
