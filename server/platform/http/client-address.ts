import type { H3Event } from 'h3'

/** The IPv4 inside a mapped IPv6 address; the /64 of a real one, since one customer owns all of it. */
export function limitKeyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = address.includes('::') ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left
  return `${groups.slice(0, 4).map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/**
 * Who is calling: the socket's address, or, when that is a proxy we trust, the last address in `X-Forwarded-For`
 * that is not. What a stranger writes into the header is never believed.
 */
export function clientAddress(event: H3Event, trustedProxies: readonly string[]): string {
  const socket = event.node.req.socket?.remoteAddress ?? 'unknown'
  const trusted = (address: string) => trustedProxies.includes(address.replace(/^::ffff:/i, ''))
  if (!trusted(socket)) return socket
  const forwarded = String(event.node.req.headers['x-forwarded-for'] ?? '').split(',').map(item => item.trim()).filter(Boolean)
  return forwarded.reverse().find(address => !trusted(address)) ?? socket
}
