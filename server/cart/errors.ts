import { AppError } from '../platform/http/app-error.ts'

export const maxLines = 100

export const cartFull = () => new AppError({ code: 'cart/full', status: 409, title: `A cart holds at most ${maxLines} different things` })
