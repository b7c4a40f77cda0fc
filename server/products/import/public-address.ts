/**
 * Prevents: a catalogue that makes the shop's server call its own network (server-side request forgery).
 * Guarantees: a connection is opened only to an address that is public, which is checked on the very address that is
 * connected to, so that a name which changes its mind between check and use gains nothing.
 *
 * @pattern public-addresses-only
 */
import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** IANA's special-purpose registries, and the ranges that stand for an IPv4 address in IPv6. Mapped ones (::ffff:) the list looks up itself. */
const special = new BlockList()
for (const range of ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4']) add(range, 'ipv4')
for (const range of ['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']) add(range, 'ipv6')

function add(range: string, family: 'ipv4' | 'ipv6') {
  const [network, bits] = range.split('/')
  special.addSubnet(network!, Number(bits), family)
}

/** Whether a literal IPv4 or IPv6 address belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && !special.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Thrown before anything is sent. */
export class RefusedAddress extends Error {
  override name = 'RefusedAddress'
}

/**
 * Whether a URL may be asked for: https on its own port, and no literal address that is not public. Names are looked at
 * when they are resolved.
 * @throws {RefusedAddress}
 */
export function refuseUnsafeUrl(url: URL): void {
  if (url.protocol !== 'https:') throw new RefusedAddress('only https is fetched')
  if (url.port !== '') throw new RefusedAddress('only the standard port is fetched')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new RefusedAddress(`${host} is not a public address`)
}

/** For `net.connect` and `https.request`: resolves a name, and fails unless all of its addresses are public. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const hidden = addresses.find(({ address }) => !isPublicAddress(address))
    if (hidden) return callback(new RefusedAddress(`${hostname} is at ${hidden.address}, which is not a public address`), '')
    if (options.all) return callback(null, addresses)
    callback(null, addresses[0]!.address, addresses[0]!.family)
  })
}
