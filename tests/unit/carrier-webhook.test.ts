import { describe, expect, it } from 'vitest'
import { readCarrierWebhook } from '../../server/fulfilment/carrier.ts'
import { signatureHeader } from '../../sandbox/webhooks/signature.ts'

const secret = 'carrier_0123456789'
const nowMs = 1_800_000_000_000
const news = { id: 'evt_1', type: 'shipment.shipped', data: { shipment: { id: 's_1', orderId: 'o_1', trackingNumber: 'MS1' } } }
const raw = JSON.stringify(news)
const signed = (body = raw, atMs = nowMs, key = secret) => signatureHeader(body, key, Math.floor(atMs / 1_000))
const read = (header: string, body = raw) => readCarrierWebhook(Buffer.from(body), header, secret, nowMs)

describe('a webhook of the carrier', () => {
  it('when it is signed now, then it is read', () => expect(read(signed())).toEqual(news))

  it('when blanks stand between its fields, or a second scheme beside it, then it is read', () => {
    expect(read(signed().replace(',', ', '))).toEqual(news)
    expect(read(`${signed()},v0=00`)).toEqual(news)
  })

  it('when its body was altered by one character, then it is refused', () => {
    expect(() => read(signed(), raw.replace('o_1', 'o_2'))).toThrow('does not fit')
    expect(() => read(signed(), `${raw} `)).toThrow('does not fit')
  })

  it('when another secret signed it, then it is refused', () => {
    expect(() => read(signed(raw, nowMs, 'carrier_0123456780'))).toThrow('does not fit')
  })

  it('when its time was changed afterwards, then it is refused', () => {
    const old = signed(raw, nowMs - 86_400_000)
    expect(() => read(old.replace(/t=\d+/, `t=${nowMs / 1_000}`))).toThrow('does not fit')
  })

  it('when it is older than five minutes or from the future, then it is refused, and on the boundary it is not', () => {
    expect(read(signed(raw, nowMs - 300_000))).toEqual(news)
    expect(read(signed(raw, nowMs + 300_000))).toEqual(news)
    expect(() => read(signed(raw, nowMs - 301_000))).toThrow('too old')
    expect(() => read(signed(raw, nowMs + 301_000))).toThrow('too old')
  })

  it('when its time is not a number, then it is not taken for fresh, signed or not', () => {
    expect(() => read(signatureHeader(raw, secret, Number.NaN))).toThrow('too old')
  })

  it.each(['', 't=1', 'v1=', `t=${nowMs / 1_000}`, 'v1=00', 't=,v1=', 'nonsense', '=,=', 'v1=zz,t=1', `t=${nowMs / 1_000},v1=${'0'.repeat(64)}`])('when its header is %j, then it is refused', (header) => {
    expect(() => read(header)).toThrow('does not fit')
  })

  it.each(['not json', 'null', '{}', JSON.stringify({ ...news, type: 'shipment.exploded' }), JSON.stringify({ ...news, data: {} })])('when it is signed and of another shape, then it is refused: %s', (body) => {
    expect(() => read(signed(body), body)).toThrow()
  })
})
