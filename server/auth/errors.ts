import { AppError } from '../platform/http/app-error.ts'

export const wrongCredentials = () => new AppError({
  code: 'auth/wrong-credentials',
  status: 401,
  title: 'E-mail or password is not right',
})

export const emailTaken = () => new AppError({
  code: 'auth/email-taken',
  status: 409,
  title: 'There is an account with that e-mail already',
  detail: 'Log in instead.',
})

export const loginNeeded = () => new AppError({
  code: 'auth/login-needed',
  status: 401,
  title: 'Please log in first',
})

export const adminsOnly = () => new AppError({ code: 'auth/admins-only', status: 403, title: 'This is for those who run the shop' })

/** Said alike for accounts that exist and that do not. */
export const tooManyTries = (retryAfterS: number) => new AppError({
  code: 'auth/too-many-tries',
  status: 429,
  title: 'Too many tries for this account',
  detail: 'Wait a moment and try again, or set a new password by e-mail.',
  retryAfterS,
})

export const tooBusy = () => new AppError({
  code: 'auth/busy',
  status: 503,
  title: 'A lot of people are logging in right now',
  detail: 'Please try again in a few seconds.',
  retryAfterS: 2,
})

/** Used, replaced by a later one, too old, or never ours: all alike. */
export const resetUnusable = () => new AppError({
  code: 'auth/reset-unusable',
  status: 410,
  title: 'This link has been used or is too old',
  detail: 'Ask for a new one; only the latest works, once, for 30 minutes.',
})

/** @param path the field in which it was typed */
export const wrongCurrentPassword = (path = 'current') => new AppError({
  code: 'auth/wrong-password',
  status: 403,
  title: 'That is not your password',
  errors: [{ path, message: 'That is not the password you have now' }],
})
