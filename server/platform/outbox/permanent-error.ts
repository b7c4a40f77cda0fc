import { ZodError } from 'zod'

/** Thrown by a subscriber for what no repetition can mend: the event becomes a dead letter at once. */
export class PermanentError extends Error {
  override name = 'PermanentError'
}

/** True for a subscriber's own verdict, and for a payload of another shape than it reads. */
export const isPermanent = (error: unknown) => error instanceof PermanentError || error instanceof ZodError
