import { describe, expect, it } from 'vitest'
import { networkOf, pseudonymOf } from '../../server/platform/audit/audit.ts'

describe('an audit entry', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'], ['::ffff:203.0.113.77', '203.0.113.0/24'], ['2001:db8:12:34:56:78:9a:bc', '2001:db8:12::/48'],
    ['2001:db8::1', '2001:db8:0::/48'], ['::1', '0:0:0::/48'], ['fe80::1%eth0', 'fe80:0:0::/48'], ['unknown', undefined], ['', undefined],
  ])('keeps no more of %s than its network', (address, network) => expect(networkOf(address)).toBe(network))

  it('tells two addresses of people apart without saying them', () => {
    expect(pseudonymOf('ada@example.com')).toMatch(/^[0-9a-f]{16}$/)
    expect(pseudonymOf('ada@example.com')).not.toBe(pseudonymOf('bob@example.com'))
  })
})
