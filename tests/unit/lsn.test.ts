import { describe, expect, it } from 'vitest'
import { isLsn, laterLsn, lsnBytes } from '../../server/platform/db/lsn.ts'

describe('a log position', () => {
  it('counts bytes across its two halves', () => {
    expect(lsnBytes('0/0')).toBe(0n)
    expect(lsnBytes('0/FFFFFFFF') + 1n).toBe(lsnBytes('1/0'))
    expect(lsnBytes('16/B374D848')).toBe(0x16_B374_D848n)
  })

  it('is compared as a number, not as text', () => {
    expect(laterLsn('0/9', '0/10')).toBe('0/10')
    expect(laterLsn('9/0', '10/0')).toBe('10/0')
    expect(laterLsn('A/FFFFFFFF', 'B/0')).toBe('B/0')
    expect(laterLsn('0/a', '0/9')).toBe('0/a')
  })

  it('beyond what a double holds is still exact', () => {
    expect(laterLsn('FFFFFFFF/FFFFFFFE', 'FFFFFFFF/FFFFFFFF')).toBe('FFFFFFFF/FFFFFFFF')
  })

  it('gives way to the other when one is missing', () => {
    expect(laterLsn(null, '0/1')).toBe('0/1')
    expect(laterLsn('0/1', null)).toBe('0/1')
    expect(laterLsn(null, null)).toBeNull()
  })

  it.each(['0/0', '16/B374D848', 'ffffffff/ffffffff'])('is recognised: %s', value => expect(isLsn(value)).toBe(true))

  it.each(['', '/', '0/', '/0', '0', '0/G', '0/0/0', '123456789/0', '0/123456789', ' 0/0', '0/0\n', '0x1/0', '-1/0', '0-0'])('is refused: %j', value => expect(isLsn(value)).toBe(false))
})
