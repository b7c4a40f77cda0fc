import type { H3Event } from 'h3'
import { describe, expect, it } from 'vitest'
import { inRanges, isAddressRange } from '../../server/platform/http/address-ranges.ts'
import { clientAddress, limitKeyOf } from '../../server/platform/http/client-address.ts'

const call = (remoteAddress: string | undefined, forwarded?: string) => ({ node: { req: { socket: { remoteAddress }, headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) } } } }) as unknown as H3Event
const proxies = ['10.0.0.1', '10.0.0.2']

describe('who is calling', () => {
  it('when nobody is trusted, then it is the socket, whatever the header says', () => {
    expect(clientAddress(call('203.0.113.9', '198.51.100.1'), [])).toBe('203.0.113.9')
  })

  it('when a stranger forges the header, then it is the stranger', () => {
    expect(clientAddress(call('203.0.113.9', '10.0.0.1, 127.0.0.1'), proxies)).toBe('203.0.113.9')
  })

  it('when a trusted proxy forwards, then it is whom the proxy saw, not what that caller wrote before', () => {
    expect(clientAddress(call('10.0.0.1', '1.1.1.1, 2.2.2.2, 203.0.113.9'), proxies)).toBe('203.0.113.9')
  })

  it('when two trusted proxies stand in a row, then both are skipped', () => {
    expect(clientAddress(call('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2'), proxies)).toBe('203.0.113.9')
  })

  it('when the proxy is seen through a mapped IPv6 socket, then it is trusted still', () => {
    expect(clientAddress(call('::ffff:10.0.0.1', '203.0.113.9'), proxies)).toBe('203.0.113.9')
  })

  it('when a trusted proxy sends no header, or only trusted addresses, then it is the proxy', () => {
    expect(clientAddress(call('10.0.0.1'), proxies)).toBe('10.0.0.1')
    expect(clientAddress(call('10.0.0.1', ' , 10.0.0.2,'), proxies)).toBe('10.0.0.1')
  })

  it('when the proxies are a range, then each of them is trusted, and nobody beside it', () => {
    const ranges = ['172.16.0.0/12', 'fd00:1::/32', '::ffff:10.9.0.1']
    for (const proxy of ['172.16.0.1', '172.31.255.255', '::ffff:172.20.0.5', 'fd00:1:2::3', '10.9.0.1']) expect(clientAddress(call(proxy, '203.0.113.9'), ranges), proxy).toBe('203.0.113.9')
    for (const stranger of ['172.32.0.1', '::ffff:172.15.0.1', 'fd00:2::1', '10.9.0.2']) expect(clientAddress(call(stranger, '203.0.113.9'), ranges), stranger).toBe(stranger)
  })

  it('when what a trusted proxy forwards is no address, then it is the proxy: nobody chooses their key', () => {
    for (const junk of ['unknown', '_hidden', 'a'.repeat(500), '1.2.3', '203.0.113.9, x']) expect(clientAddress(call('10.0.0.1', junk), proxies), junk).toBe('10.0.0.1')
  })

  it('when another header names an address, then nobody reads it', () => {
    const event = call('203.0.113.9')
    Object.assign(event.node.req.headers, { 'x-real-ip': '1.1.1.1', 'forwarded': 'for=1.1.1.1', 'cf-connecting-ip': '1.1.1.1', 'true-client-ip': '1.1.1.1', 'x-client-ip': '1.1.1.1' })
    expect(clientAddress(event, proxies)).toBe('203.0.113.9')
  })

  it('when the socket has no address any more, then that is said and does not throw', () => {
    expect(clientAddress(call(undefined, '1.1.1.1'), proxies)).toBe('unknown')
  })
})

describe('the key of a limit', () => {
  it('is an IPv4 address as it is, mapped or not', () => {
    expect(limitKeyOf('203.0.113.9')).toBe('203.0.113.9')
    expect(limitKeyOf('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(limitKeyOf('::FFFF:203.0.113.9')).toBe('203.0.113.9')
    expect(limitKeyOf('::ffff:cb00:7109')).toBe('203.0.113.9')
    expect(limitKeyOf('0:0:0:0:0:ffff:cb00:7109')).toBe('203.0.113.9')
  })

  it('is the same for all addresses of one /64, and differs for the next', () => {
    const keys = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002:0000:0000:0000:0001', '2001:DB8:1:2::'].map(limitKeyOf)
    expect(new Set(keys)).toEqual(new Set(['2001:db8:1:2::/64']))
    expect(limitKeyOf('2001:db8:1:3::1')).not.toBe(keys[0])
  })

  it('reads a shortened address at the right place', () => {
    expect(limitKeyOf('::1')).toBe('0:0:0:0::/64')
    expect(limitKeyOf('2001:db8::5:6:7:8')).toBe('2001:db8:0:0::/64')
    expect(limitKeyOf('1::2:3:4:5:6:7')).toBe('1:0:2:3::/64')
  })
})

describe('a range of addresses', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', 'fd00::/8', '2001:db8::/128'])('may be %s', text => expect(isAddressRange(text)).toBe(true))
  it.each(['', 'proxy', '10.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', 'fd00::/129', '*', '10.0.0.1:80'])('may not be %j', text => expect(isAddressRange(text)).toBe(false))
  it('has nobody in it who has no address', () => expect(inRanges('unknown', ['0.0.0.0/0', '::/0'])).toBe(false))
})
