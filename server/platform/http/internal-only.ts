/**
 * What is for those who run the shop and for nobody who comes through the balancer. A request through a trusted proxy
 * finds there what it finds at any address that does not exist, however it writes the path.
 */
import type { H3Event } from 'h3'
import type { Config } from '../config.ts'
import { inRanges } from './address-ranges.ts'
import { isInternal } from './internal-request.ts'
import { pagePath, routePath } from './route-path.ts'

const neighbours = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1', 'fc00::/7'] as const

const proxyMarks = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

const isMarked = ({ node: { req } }: Pick<H3Event, 'node'>) => proxyMarks.some(name => req.headers[name] !== undefined)

/** From a private address, and with no proxy's mark: whoever comes through an unknown balancer carries one. */
const isNeighbour = (event: Pick<H3Event, 'node'>) => !isMarked(event) && inRanges(event.node.req.socket?.remoteAddress ?? '', neighbours)

/** Whether this address does not exist for whoever asks. */
export function isHidden(event: Pick<H3Event, 'node' | 'path'>, { trustedProxies, adminThroughProxy, metrics }: Pick<Config, 'trustedProxies' | 'adminThroughProxy' | 'metrics'>): boolean {
  const path = pagePath(event.path)
  const [, area] = /^\/(?:api\/)?(admin|demo|metrics)(?:\/|$)/.exec(path) ?? []
  if (!area || isInternal(event)) return false
  const throughProxy = inRanges(event.node.req.socket?.remoteAddress ?? '', trustedProxies)
  // Prometheus may live in the network that the balancer is trusted by; what the balancer passes on is marked.
  if (area === 'metrics') return (throughProxy && isMarked(event)) || (routePath(event.path) === '/metrics' && (!metrics || !isNeighbour(event)))
  return throughProxy && !(area === 'admin' && adminThroughProxy)
}
