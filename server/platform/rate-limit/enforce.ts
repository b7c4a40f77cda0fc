import { createHash } from 'node:crypto'
import { getResponseHeader, type H3Event, setResponseHeader } from 'h3'
import { AppError } from '../http/app-error.ts'
import { burstOf, type RateLimitPolicy } from './gcra.ts'
import { limits } from './policies.ts'

/** As draft-ietf-httpapi-ratelimit-headers-11 has it; two limits on one answer stand side by side. */
function addItem(event: H3Event, name: 'RateLimit' | 'RateLimit-Policy', item: string) {
  const before = getResponseHeader(event, name)
  setResponseHeader(event, name, before === undefined ? item : `${String(before)}, ${item}`)
}

const seconds = (ms: number) => Math.ceil(ms / 1_000)

/** What may come at once, and the time in which that comes back: nobody who keeps to it is refused. */
export function policyItem(policy: RateLimitPolicy): string {
  const burst = burstOf(policy)
  return `"${policy.name}";q=${burst};w=${seconds(burst * policy.windowMs / policy.quota)}`
}

/**
 * Takes one permit of this policy for this key, and says on the answer what is left.
 * @throws {AppError} 429 `platform/too-many-requests` with the seconds after which the next request will pass
 */
export async function enforce(event: H3Event, policy: RateLimitPolicy, key: string): Promise<void> {
  const { limiter, metrics } = event.context.platform
  const decision = await limiter.take(key, policy)
  metrics.countLimitDecision({ policy: policy.name, allowed: decision.allowed, degraded: decision.degraded ?? false })
  addItem(event, 'RateLimit-Policy', policyItem(policy))
  addItem(event, 'RateLimit', `"${policy.name}";r=${decision.remaining};t=${seconds(decision.resetMs)}`)
  if (decision.allowed) return
  throw new AppError({
    code: 'platform/too-many-requests',
    status: 429,
    title: 'That was a lot at once',
    detail: 'Please wait a moment and try again.',
    retryAfterS: seconds(decision.retryAfterMs),
  })
}

/**
 * The limit of one account, from whatever addresses; asked by the use cases that know whose it is.
 * @param account an e-mail address or a user's id; only its hash is kept
 * @throws {AppError} 429 `platform/too-many-requests`
 */
export async function enforceForAccount(event: H3Event, account: string): Promise<void> {
  if (!event.context.platform.config.rateLimits) return
  await enforce(event, limits.account, createHash('sha256').update(account.toLowerCase()).digest('base64url'))
}
