import { z } from 'zod'
import { text } from './text.ts'

const email = z.string().trim().toLowerCase().max(254).pipe(z.email('Expected an e-mail address'))

export const registerBody = z.strictObject({
  email,
  password: z.string().min(8, 'Use at least 8 characters').max(128, 'Use at most 128 characters'),
  name: text(100, 'Tell us your name'),
})
export const loginBody = z.strictObject({ email, password: z.string().min(1).max(128) })

export const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['shopper', 'admin']),
})
export type User = z.infer<typeof user>

export const sessionAnswer = z.object({ user: user.nullable() })
export type SessionAnswer = z.infer<typeof sessionAnswer>

/** `GET /api/auth/sessions`; `DELETE /api/auth/sessions/{id}` revokes one at once. */
export const sessionList = z.object({
  items: z.array(z.object({
    id: z.string(),
    device: z.string(),
    createdAt: z.string(),
    lastSeenAt: z.string(),
    current: z.boolean(),
  })),
})
export type SessionList = z.infer<typeof sessionList>
