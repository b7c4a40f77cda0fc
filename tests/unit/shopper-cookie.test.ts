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
  event.context.shopperCookie = { token: 'a'.repeat(43), lsn }
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
