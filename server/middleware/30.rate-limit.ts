import { defineEventHandler, setResponseHeader } from 'h3'
import { AppError } from '../platform/http/app-error.ts'
import { clientAddress, limitKeyOf } from '../platform/http/client-address.ts'
import { policyFor } from '../platform/rate-limit/policies.ts'

/** Limits a class of routes per address; headers after draft-ietf-httpapi-ratelimit-headers-11. */
export default defineEventHandler(async (event) => {
  const { config, limiter } = event.context.platform
  if (!config.rateLimits) return
  const policy = policyFor(event.method, event.path.split('?')[0]!)
  if (!policy) return
  const decision = await limiter.take(limitKeyOf(clientAddress(event, config.trustedProxies)), policy)
  setResponseHeader(event, 'RateLimit-Policy', `"${policy.name}";q=${policy.quota};w=${policy.windowMs / 1_000}`)
  setResponseHeader(event, 'RateLimit', `"${policy.name}";r=${decision.remaining};t=${Math.ceil(decision.resetMs / 1_000)}`)
  if (decision.allowed) return
  throw new AppError({
    code: 'platform/too-many-requests',
    status: 429,
    title: 'That was a lot at once',
    detail: 'Please wait a moment and try again.',
    retryAfterS: Math.ceil(decision.retryAfterMs / 1_000),
  })
})
