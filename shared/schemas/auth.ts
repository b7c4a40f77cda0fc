import { z } from 'zod'
import { line } from './text.ts'
import { id, instant } from './values.ts'

const email = z.string().trim().toLowerCase().max(254).pipe(z.email('Expected an e-mail address')).meta({ format: 'email' })

/** As people count: `ä` is one, and so is an emoji, however it is put together in memory. */
const lengthOf = (text: string) => [...text.normalize('NFC')].length

/** Bounded, so that nobody makes us hash a book; never trimmed or cut, and no mixture of signs is asked for. */
export const newPassword = z.string()
  .refine(given => lengthOf(given) >= 8, 'Use at least 8 characters')
  .refine(given => lengthOf(given) <= 128, 'Use at most 128 characters')
  .refine(given => !/\p{Surrogate}/u.test(given), 'Use letters, digits, signs or spaces')
  .meta({ minLength: 8, maxLength: 128 })
export const givenPassword = z.string().refine(given => given.length > 0, 'Type your password').refine(given => lengthOf(given) <= 128, 'Use at most 128 characters').meta({ minLength: 1, maxLength: 128 })

export const registerBody = z.strictObject({
  email,
  password: newPassword,
  name: line(100, 'Tell us your name'),
})
export const loginBody = z.strictObject({ email, password: givenPassword })

/** `POST /api/auth/reset`: answered alike whoever asks, and for whomever. */
export const resetRequestBody = z.strictObject({ email })
export const resetAnswer = z.object({ message: z.string() })
export type ResetAnswer = z.infer<typeof resetAnswer>

/** `POST /api/auth/reset/confirm`; the token is the mail's, for once and for 30 minutes. */
export const resetConfirmBody = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/, 'This link is not complete'), password: newPassword })

/** `POST /api/auth/password`. */
export const changePasswordBody = z.strictObject({ current: givenPassword, password: newPassword })

export const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.enum(['shopper', 'admin']),
}).meta({ id: 'User' })
export type User = z.infer<typeof user>

export const sessionAnswer = z.object({ user: user.nullable() })
export type SessionAnswer = z.infer<typeof sessionAnswer>

/** `GET /api/auth/sessions`; `DELETE /api/auth/sessions/{id}` revokes one at once, `DELETE /api/auth/sessions` all but this one. */
export const sessionList = z.object({
  items: z.array(z.object({
    id,
    device: z.string(),
    createdAt: instant,
    lastSeenAt: instant,
    current: z.boolean(),
  })),
})
export type SessionList = z.infer<typeof sessionList>
