import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createEvent } from 'h3'
import { describe, expect, it } from 'vitest'
import { type Lsn, unknownLsn } from '../../server/platform/db/lsn.ts'
import { readShopperCookie, writeShopperCookie } from '../../server/platform/http/shopper-cookie.ts'

function aRequestAfter(lsn: Lsn | null) {
  const request = new IncomingMessage(new Socket())
  const event = createEvent(request, new ServerResponse(request))
  event.context.platform = { config: { publicUrl: 'http://shop.example' } } as typeof event.context.platform
  event.context.shopperCookie = { token: 'a'.repeat(43), lsn, device: null }
  return event
}
const positionAfter = (before: Lsn | null, written: Lsn) => {
  const event = aRequestAfter(before)
  writeShopperCookie(event, { lsn: written })
  return readShopperCookie(event).lsn
}

describe('the position in a shopper\'s cookie', () => {
  it.each([
    ['a first write', null, '0/5', '0/5'],
    ['a later write', '0/5', '1/0', '1/0'],
    ['an older write whose answer came late', '1/0', '0/5', '1/0'],
    ['a write whose position nobody could tell', '0/5', unknownLsn, unknownLsn],
    ['the next write after such a one', unknownLsn, '0/9', '0/9'],
  ])('after %s is the right one', (_, before, written, expected) => expect(positionAfter(before, written)).toBe(expected))
})

describe('the device in a shopper\'s cookie', () => {
  const cookieOf = (event: ReturnType<typeof aRequestAfter>) => [event.node.res.getHeader('set-cookie')].flat().join()

  it('stays after logging out, when nothing else does', () => {
    const event = aRequestAfter('0/5' as Lsn)
    writeShopperCookie(event, { device: 'd'.repeat(43) })
    expect(cookieOf(event)).toContain(`shopper=${'a'.repeat(43)}.0-5.${'d'.repeat(43)};`)
    writeShopperCookie(event, { token: null })
    expect(cookieOf(event)).toContain(`shopper=..${'d'.repeat(43)};`)
  })

  it('when there is none, then logging out deletes the cookie', () => {
    const event = aRequestAfter('0/5' as Lsn)
    writeShopperCookie(event, { token: null })
    expect(cookieOf(event)).toMatch(/shopper=; Max-Age=0/)
  })

  it.each([
    ['has nothing here', null, 'shopper=.0-5; Max-Age=60'],
    ['has a device alone', 'd'.repeat(43), `shopper=.0-5.${'d'.repeat(43)}; Max-Age=${180 * 24 * 60 * 60}`],
  ])('when somebody %s, then what they change, they shall see', (_, device, cookie) => {
    const event = aRequestAfter(null)
    event.context.shopperCookie = { token: null, lsn: null, device }
    writeShopperCookie(event, { lsn: '0/5' as Lsn })
    expect(cookieOf(event)).toContain(cookie)
    expect(readShopperCookie(event).lsn).toBe('0/5')
  })
})
