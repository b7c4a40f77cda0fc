import type { RateLimitPolicy } from './gcra.ts'

const minuteMs = 60_000

interface RoutePolicy extends RateLimitPolicy {
  methods?: readonly string[]
  path: RegExp
}

/** The first row that fits decides; pages and pictures are not limited here. */
export const policies: readonly RoutePolicy[] = [
  { name: 'login', quota: 20, windowMs: minuteMs, methods: ['POST'], path: /^\/(?:api\/)?auth\/(?:login|register)$/ },
  { name: 'checkout', quota: 60, windowMs: minuteMs, methods: ['POST'], path: /^\/api\/(?:checkout|orders|payments\/methods)(?:\/|$)/ },
  { name: 'search', quota: 240, windowMs: minuteMs, path: /^\/api\/products\/suggest$/ },
  { name: 'cart', quota: 240, windowMs: minuteMs, methods: ['POST', 'PATCH', 'DELETE'], path: /^\/(?:api\/)?cart(?:\/|$)/ },
  { name: 'reads', quota: 1_200, windowMs: minuteMs, path: /^\/api\/(?!health|payments\/webhook|fulfilment\/webhook)/ },
]

export function policyFor(method: string, path: string): RateLimitPolicy | null {
  return policies.find(policy => policy.path.test(path) && (!policy.methods || policy.methods.includes(method))) ?? null
}
