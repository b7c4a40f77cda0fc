import { describe, expect, it } from 'vitest'
import { fingerprintOf, parseIdempotencyKey } from '../../server/orders/idempotency.ts'

describe('an Idempotency-Key', () => {
  it.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['  "a.b:c_d-1"  ', 'a.b:c_d-1'],
    [`"${'k'.repeat(200)}"`, 'k'.repeat(200)],
  ])('is read: %s', (header, key) => expect(parseIdempotencyKey(header)).toBe(key))

  it.each([undefined, '', '   ', '""', '"', '"open', 'closed"', '""double""', '"two","keys"', 'a b', '"a b"', '"ä"', 'a\nb', 'a/b', '"a";q=1', 'k'.repeat(201)])('is refused with 400: %j', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(expect.objectContaining({ statusCode: 400, code: 'orders/idempotency-key-missing' }))
  })
})

describe('the fingerprint of a body', () => {
  const body = { checkoutId: 'c', email: 'ada@example.com', address: { name: 'Ada', city: 'London', line1: '12' } }

  it('when fields come in another order, at any depth, then it is the same', () => {
    expect(fingerprintOf({ address: { line1: '12', city: 'London', name: 'Ada' }, email: 'ada@example.com', checkoutId: 'c' })).toBe(fingerprintOf(body))
    expect(fingerprintOf({ list: [{ a: 1, b: 2 }] })).toBe(fingerprintOf({ list: [{ b: 2, a: 1 }] }))
  })

  it('when any value differs, at any depth, then it is another', () => {
    const others = [
      { ...body, email: 'eve@example.com' },
      { ...body, address: { ...body.address, city: 'Paris' } },
      { ...body, address: { ...body.address, line2: '' } },
      { ...body, checkoutId: null },
      { ...body, extra: true },
      { ...body, address: [] },
      { ...body, address: {} },
    ]
    expect(new Set([body, ...others].map(fingerprintOf)).size).toBe(others.length + 1)
  })

  it('when a list is in another order, then it is another', () => {
    expect(fingerprintOf({ list: [1, 2] })).not.toBe(fingerprintOf({ list: [2, 1] }))
    expect(fingerprintOf({ list: [1] })).not.toBe(fingerprintOf({ list: { 0: 1 } }))
  })

  it('when a field is left out or undefined, then it is the same, as it is in JSON', () => {
    expect(fingerprintOf({ ...body, line2: undefined })).toBe(fingerprintOf(body))
  })
})
