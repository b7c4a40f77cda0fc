import { BlockList, isIP } from 'node:net'
import { defineEventHandler, getRequestHeaders, type H3Event, setResponseHeaders, setResponseStatus } from 'h3'

const within = new BlockList()
within.addSubnet('127.0.0.0', 8)
within.addSubnet('10.0.0.0', 8)
within.addSubnet('172.16.0.0', 12)
within.addSubnet('192.168.0.0', 16)
within.addAddress('::1', 'ipv6')
within.addSubnet('fc00::', 7, 'ipv6')

/** From a private address, and by no proxy's hand: whoever comes through the balancer carries its mark. */
function isNeighbour(event: H3Event): boolean {
  const headers = getRequestHeaders(event)
  if (['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(name => headers[name] !== undefined)) return false
  const address = (event.node.req.socket?.remoteAddress ?? '').replace(/^::ffff:/i, '')
  return isIP(address) > 0 && within.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Prometheus' scrape. To everybody else there is nothing here, not even a refusal. */
export default defineEventHandler(async (event): Promise<string> => {
  const { config, metrics } = event.context.platform
  setResponseHeaders(event, { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' })
  if (!config.metrics || !isNeighbour(event)) {
    setResponseStatus(event, 404)
    return 'There is nothing here\n'
  }
  setResponseHeaders(event, { 'content-type': metrics.contentType })
  return metrics.text()
})
