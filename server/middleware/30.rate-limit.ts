import { defineEventHandler } from 'h3'
import { AppError } from '../platform/http/app-error.ts'
import { clientAddress, limitKeyOf } from '../platform/http/client-address.ts'
import { refuseInWords } from '../platform/http/refusal-page.ts'
import { enforce } from '../platform/rate-limit/enforce.ts'
import { policyOf } from '../platform/rate-limit/policies.ts'

/** Limits each class of routes per address; what a page's own reads cost is the page's. */
export default defineEventHandler(async (event) => {
  const { config } = event.context.platform
  const policy = config.rateLimits ? policyOf(event, config) : null
  if (!policy) return
  try {
    await enforce(event, policy, limitKeyOf(clientAddress(event, config.trustedProxies)))
  }
  catch (error) {
    if (error instanceof AppError && !event.path.startsWith('/api')) return refuseInWords(event, error)
    throw error
  }
})
