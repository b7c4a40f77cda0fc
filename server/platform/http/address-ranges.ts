import { BlockList, isIP } from 'node:net'

/** Compiled once for each list; the configuration has one. */
const compiled = new WeakMap<readonly string[], BlockList>()

const mapped = /^::ffff:(?=\d+\.)/i
const familyOf = (address: string) => isIP(address) === 6 ? 'ipv6' as const : 'ipv4' as const

/** Whether this is an address or a CIDR range, such as `10.0.0.1`, `10.0.0.0/8` or `fd00::/8`. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  return family > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)))
}

/** Whether an address is in one of these ranges, which `isAddressRange` has let pass. An IPv4 address counts in its mapped form as well. */
export function inRanges(address: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return false
  const plain = address.replace(mapped, '').replace(/%.*$/, '')
  if (isIP(plain) === 0) return false
  return (compiled.get(ranges) ?? compile(ranges)).check(plain, familyOf(plain))
}

function compile(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [given = '', bits] = range.split('/')
    const address = given.replace(mapped, '')
    if (bits === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(bits), familyOf(address))
  }
  compiled.set(ranges, list)
  return list
}
