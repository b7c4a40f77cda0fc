import type { H3Event } from 'h3'

/** Beside the event and not in it: what a cached handler can reach must never know a user. */
const users = new WeakMap<object, string>()

/** Remembers who asks, for the log. */
export const noteUser = (event: H3Event, userId: string): void => void users.set(event.node.req, userId)

/** The id of the user who asks, once somebody has looked. */
export const userIdOf = (event: H3Event): string | undefined => users.get(event.node.req)
