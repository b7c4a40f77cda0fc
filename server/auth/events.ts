import { z } from 'zod'
import type { NewEvent } from '../platform/outbox/append-event.ts'

/** Somebody asked for a new password. The payload leads to the request and to nothing else. */
export const resetRequestedPayload = z.object({ resetId: z.uuid() })
export const resetRequested = (resetId: string): NewEvent => ({ type: 'auth.reset-requested', subject: resetId, payload: { resetId } satisfies z.infer<typeof resetRequestedPayload> })

export const passwordChangedPayload = z.object({ userId: z.uuid() })
export const passwordChanged = (userId: string): NewEvent => ({ type: 'auth.password-changed', subject: userId, payload: { userId } satisfies z.infer<typeof passwordChangedPayload> })
