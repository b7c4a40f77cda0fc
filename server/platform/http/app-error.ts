export interface AppErrorFields {
  /** Stable and documented, `domain/what-happened`. */
  code: string
  status: number
  title: string
  detail?: string
  retryAfterS?: number
  errors?: { path: string, message: string }[]
  /** It is the answer of an earlier try with the same idempotency key. */
  replayed?: boolean
}

/** An outcome that a client should hear about. Everything else that is thrown becomes a 500 without details. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: string
  readonly statusCode: number
  readonly title: string
  readonly detail: string
  readonly retryAfterS?: number
  readonly errors?: { path: string, message: string }[]
  readonly replayed?: boolean

  constructor({ code, status, title, detail, retryAfterS, errors, replayed }: AppErrorFields) {
    super(detail ?? title)
    this.code = code
    this.statusCode = status
    this.title = title
    this.detail = detail ?? title
    this.retryAfterS = retryAfterS
    this.errors = errors
    this.replayed = replayed
  }
}

/** The same words for what does not exist and for what is somebody else's. */
export const notFound = (what: string) => new AppError({ code: 'platform/not-found', status: 404, title: `There is no such ${what}` })
