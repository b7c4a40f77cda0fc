// Replaces h3 for Nuxt's errors in the browser, and for them alone (see nuxt.config.ts): the error that createError makes,
// with the fields that error.vue and Nuxt read. The general one also serialises it and mends statuses for HTTP, which is
// the server's affair.

interface Given {
  message?: string
  statusCode?: number
  status?: number
  statusMessage?: string
  statusText?: string
  data?: unknown
  fatal?: boolean
  unhandled?: boolean
  cause?: unknown
  stack?: string
}

class ShownError extends Error {
  statusCode = 500
  statusMessage?: string
  data?: unknown
  fatal = false
  unhandled = false
}

/** An error for the error page; one that already is such an error stays the same. */
export function createError(given: string | Given): ShownError {
  if (given instanceof ShownError) return given
  const { message, statusCode, status, statusMessage, statusText, data, fatal = false, unhandled = false, cause = given, stack }: Given = typeof given === 'string' ? { message: given, cause: undefined } : given
  const error = new ShownError(message ?? statusMessage ?? '', { cause })
  Object.assign(error, { statusCode: statusCode || status || 500, statusMessage: statusMessage || statusText, data: data || undefined, fatal, unhandled })
  if (stack) error.stack = stack
  return error
}

/** Named by Nuxt's router for the server's redirects. */
export const sanitizeStatusCode = (code: number) => code
