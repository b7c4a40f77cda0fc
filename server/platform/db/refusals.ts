import { AppError } from '../http/app-error.ts'

/** No primary answers, or there is none. */
export const unavailable = () => new AppError({
  code: 'platform/database-unavailable',
  status: 503,
  title: 'The shop cannot save anything right now',
  // The connection may have been lost while it committed: only asking again tells.
  detail: 'What you just did may or may not have been kept. Please look again in a few seconds.',
  retryAfterS: 5,
})

/** Somebody holds what this one needs for too long. */
export const busy = () => new AppError({
  code: 'platform/database-busy',
  status: 503,
  title: 'Somebody else is at the same things',
  detail: 'Waiting for them took too long. Please try again in a few seconds.',
  retryAfterS: 2,
})

/** All of our own connections are taken. */
export const crowded = () => new AppError({
  code: 'platform/database-crowded',
  status: 503,
  title: 'A lot of people are here at once',
  detail: 'Nothing was done yet. Please try again in a moment.',
  retryAfterS: 1,
})
