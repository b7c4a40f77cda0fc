import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerTiming } from './server-timing.ts'

const timings = new AsyncLocalStorage<ServerTiming>()

/** The stopwatch of the request that is being answered; nothing outside of a request. */
export const currentTiming = (): ServerTiming | undefined => timings.getStore()

/**
 * Makes a request's stopwatch known to all that runs for it from here on, so that a guard deep down can tell what it cost.
 * Call it synchronously in a middleware: Node restores the caller's context after an `await`, so what a hook sets is lost.
 */
export const rememberTiming = (timing: ServerTiming): void => timings.enterWith(timing)
