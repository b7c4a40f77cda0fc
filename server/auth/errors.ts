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
