/**
 * What is for those who run the shop and for nobody who comes through the balancer. A request through a trusted proxy
 * finds there what it finds at any address that does not exist, however it writes the path.
 */
import { BlockList, isIP } from 'node:net'
import type { H3Event } from 'h3'
import type { Config } from '../config.ts'
import { inRanges } from './address-ranges.ts'
import { isInternal } from './internal-request.ts'
import { pagePath, routePath } from './route-path.ts'

const neighbours = new BlockList()
neighbours.addSubnet('127.0.0.0', 8)
neighbours.addSubnet('10.0.0.0', 8)
neighbours.addSubnet('172.16.0.0', 12)
neighbours.addSubnet('192.168.0.0', 16)
neighbours.addAddress('::1', 'ipv6')
neighbours.addSubnet('fc00::', 7, 'ipv6')

const proxyMarks = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

/** From a private address, and with no proxy's mark: whoever comes through an unknown balancer carries one. */
function isNeighbour({ node: { req } }: Pick<H3Event, 'node'>): boolean {
  if (proxyMarks.some(name => req.headers[name] !== undefined)) return false
  const address = (req.socket?.remoteAddress ?? '').replace(/^::ffff:/i, '')
  return isIP(address) > 0 && neighbours.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether this address does not exist for whoever asks. */
export function isHidden(event: Pick<H3Event, 'node' | 'path'>, { trustedProxies, adminThroughProxy, metrics }: Pick<Config, 'trustedProxies' | 'adminThroughProxy' | 'metrics'>): boolean {
  const path = pagePath(event.path)
  const [, area] = /^\/(?:api\/)?(admin|demo|metrics)(?:\/|$)/.exec(path) ?? []
  if (!area || isInternal(event)) return false
  const throughProxy = inRanges(event.node.req.socket?.remoteAddress ?? '', trustedProxies)
  if (area === 'metrics') return throughProxy || (routePath(event.path) === '/metrics' && (!metrics || !isNeighbour(event)))
  return throughProxy && !(area === 'admin' && adminThroughProxy)
}
