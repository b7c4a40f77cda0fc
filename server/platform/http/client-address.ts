import { isIP } from 'node:net'
import type { H3Event } from 'h3'
import { inRanges } from './address-ranges.ts'

/** The IPv4 inside a mapped IPv6 address, however it is written; the /64 of a real one, since one customer owns all of it. */
export function limitKeyOf(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address.replace(/%.*$/, ''))
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) {
    return groups.slice(6).flatMap(group => [group >> 8, group & 255]).join('.')
  }
  return `${groups.slice(0, 4).map(group => group.toString(16)).join(':')}::/64`
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`)
  const [head = '', tail] = hex.split('::')
  const parse = (part: string) => part.split(':').filter(Boolean).map(group => Number.parseInt(group, 16))
  if (tail === undefined) return parse(head)
  const [left, right] = [parse(head), parse(tail)]
  return [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right]
}

/**
 * Who is calling: the socket's address, or, when that is a proxy we trust, the last address in `X-Forwarded-For`
 * that is not. What a stranger writes into a header is never believed, and no other header is read.
 *
 * @param trustedProxies addresses and CIDR ranges
 */
export function clientAddress(event: H3Event, trustedProxies: readonly string[]): string {
  const socket = event.node.req.socket?.remoteAddress ?? 'unknown'
  if (!inRanges(socket, trustedProxies)) return socket
  const forwarded = String(event.node.req.headers['x-forwarded-for'] ?? '').split(',').map(item => item.trim()).filter(Boolean)
  const caller = forwarded.reverse().find(address => !inRanges(address, trustedProxies))
  // What is no address was not written by a proxy of ours, and would be a key that somebody could choose.
  return caller !== undefined && isIP(caller.replace(/%.*$/, '')) > 0 ? caller : socket
}
