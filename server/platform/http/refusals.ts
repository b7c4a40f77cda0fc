import { AppError } from './app-error.ts'

export const maxBodyBytes = 100_000

export const tooLarge = () => new AppError({ code: 'platform/body-too-large', status: 413, title: 'That is too large', detail: `At most ${maxBodyBytes} bytes are read.` })
export const notJson = () => new AppError({ code: 'platform/not-json', status: 415, title: 'Send JSON', detail: 'The content type must be application/json.' })
export const malformedJson = () => new AppError({ code: 'platform/malformed-json', status: 400, title: 'That is not JSON' })

/** @param where the part of the request that is wrong: `body`, `query`, `form` */
export const invalidInput = (where: string, errors: { path: string, message: string }[]) => new AppError({
  code: 'platform/invalid-input',
  status: 422,
  title: 'Some of that is not usable',
  detail: `The ${where} did not pass validation.`,
  errors,
})

export const tooComplex = (limits: string) => new AppError({ code: 'platform/too-complex', status: 422, title: 'That is more than we take apart', detail: limits, errors: [{ path: 'body', message: limits }] })
export const crossOrigin = () => new AppError({ code: 'platform/cross-origin', status: 403, title: 'That came from another site', detail: 'Nothing was changed. Please use the form on our own page.' })
export const badTarget = () => new AppError({ code: 'platform/bad-target', status: 400, title: 'That is no address of ours', detail: 'Send a path that begins with one slash, with its percent escapes complete.' })
export const targetTooLong = (limits: string) => new AppError({ code: 'platform/target-too-long', status: 414, title: 'That address is too long', detail: limits })
export const tooManyHeaders = (limits: string) => new AppError({ code: 'platform/too-many-headers', status: 431, title: 'That is too much beside the request', detail: limits })

/** @param allowed what the answer's `Allow` says */
export const methodNotAllowed = (allowed: string) => new AppError({ code: 'platform/http-405', status: 405, title: 'That method is not allowed here', detail: `Here only ${allowed} can be used.` })
