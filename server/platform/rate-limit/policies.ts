import { getQuery, type H3Event } from 'h3'
import { isHidden } from '../http/internal-only.ts'
import { isInternal } from '../http/internal-request.ts'
import { pagePath, routePath } from '../http/route-path.ts'
import type { Config } from '../config.ts'
import type { RateLimitPolicy } from './gcra.ts'

const minuteMs = 60_000

/**
 * The limits, each for one address: requests a minute, and how many of them at once. A person with many tabs, or an
 * office behind one address, stays below; a loop does not.
 */
export const limits = {
  /** Guesses at passwords, and mails to strangers. */
  login: { name: 'login', quota: 20, windowMs: minuteMs, alone: 'share' },
  /** The same routes, for one account whatever the address; higher, so that one stranger alone cannot keep its owner out. */
  account: { name: 'account', quota: 30, windowMs: minuteMs, alone: 'share' },
  /** Holds stock, asks the gateway. */
  checkout: { name: 'checkout', quota: 60, burst: 30, windowMs: minuteMs, alone: 'share' },
  /** Fuzzy search costs most of all reads; as-you-type comes in bursts. */
  search: { name: 'search', quota: 240, burst: 80, windowMs: minuteMs, lease: 4 },
  /** Guesses at promo codes. */
  promo: { name: 'promo', quota: 20, burst: 10, windowMs: minuteMs, alone: 'share' },
  cart: { name: 'cart', quota: 240, burst: 80, windowMs: minuteMs },
  reads: { name: 'reads', quota: 1_200, windowMs: minuteMs, lease: 20 },
  pages: { name: 'pages', quota: 600, windowMs: minuteMs, lease: 10 },
  admin: { name: 'admin', quota: 600, burst: 200, windowMs: minuteMs },
} as const satisfies Record<string, RateLimitPolicy>

interface Row {
  limit: RateLimitPolicy | null
  methods?: readonly string[]
  /** Handlers: matched as Nitro's router does, letter by letter. */
  route?: RegExp
  /** Pages: matched as the pages' router does, by a path in small letters. */
  page?: RegExp
  query?: string
}

const changes = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Which limit a request falls under. The first row that fits decides, and the last one always does. */
const rows: readonly Row[] = [
  // Signed news of the gateway and the carrier: refused, it would come again later and all at once. A forged one costs one HMAC.
  { limit: null, methods: ['POST'], route: /^\/api\/(?:payments|fulfilment)\/webhook$/ },
  // A balancer that is refused takes the process for dead; a scrape comes from a neighbour alone.
  { limit: null, methods: ['GET', 'HEAD'], route: /^\/(?:api\/health(?:\/live|\/ready)?|metrics)$/ },
  // Pictures come by the dozen with a page, from a bounded renderer and with a year in every cache. Other files, /_nuxt
  // among them, are answered before any middleware runs.
  { limit: null, methods: ['GET'], route: /^\/pictures\/[^/]*\/[^/]*$/ },
  { limit: limits.admin, route: /^\/api\/admin(?:\/|$)/, page: /^\/admin(?:\/|$)/ },
  { limit: limits.login, methods: changes, route: /^\/(?:api\/)?auth\/(?:login|register|password|forgot|reset(?:\/confirm)?)$/ },
  { limit: limits.login, methods: changes, route: /^\/(?:api\/)?account\/deletion$/ },
  { limit: limits.checkout, methods: changes, route: /^\/(?:api\/(?:checkout|orders|payments\/methods)|orders|checkout)(?:\/|$)/ },
  { limit: limits.promo, methods: ['POST'], route: /^\/(?:api\/)?cart\/promo$/ },
  { limit: limits.cart, methods: changes, route: /^\/(?:(?:api\/)?(?:cart|account|wishlist|reviews)(?:\/|$)|api\/products\/[^/]*\/reviews$)/ },
  { limit: limits.search, route: /^\/api\/products\/suggest$/, page: /^\/search$/ },
  { limit: limits.search, route: /^\/api\/products$/, query: 'q' },
  { limit: limits.reads, route: /^\/(?:api|auth)(?:\/|$)/ },
  { limit: limits.pages, page: /^/ },
]

const fits = ({ methods, route, page, query }: Row, method: string, path: string, paths: { route: string, page: string }) =>
  (!methods || methods.includes(method))
  && (route?.test(paths.route) || page?.test(paths.page))
  && (!query || query in getQuery({ path } as H3Event))

/** @param path with its query, as `event.path` has it. Answers nothing for what has no limit. */
export function policyFor(method: string, path: string): RateLimitPolicy | null {
  const paths = { route: routePath(path), page: pagePath(path) }
  return rows.find(row => fits(row, method, path, paths))!.limit
}

/** The limit of a request; our own have none, and what is hidden from somebody is an unknown path like any other. */
export function policyOf(event: H3Event, config: Pick<Config, 'trustedProxies' | 'adminThroughProxy' | 'metrics'>): RateLimitPolicy | null {
  if (isInternal(event)) return null
  if (isHidden(event, config)) return routePath(event.path).startsWith('/api/') ? limits.reads : limits.pages
  return policyFor(event.method, event.path)
}
