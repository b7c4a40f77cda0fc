import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor, type Position } from '../../server/platform/http/cursor.ts'

const id = '8e03978e-40d5-43dd-bc93-6894a57f9324'
const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a cursor', () => {
  it.each<Position>([['2026-10-01 00:00:00.123456+00', id], ['1800', id], ['0.607927', id], ['', id]])('comes back as it went: %j', (...place) => {
    expect(decodeCursor(encodeCursor(place))).toEqual(place)
  })

  it('is safe in a URL', () => {
    expect(encodeCursor(['ü?/&+', id])).toMatch(/^[\w-]+$/)
  })

  it('when there is none, then the first page is meant', () => {
    expect(decodeCursor(undefined)).toBeNull()
    expect(decodeCursor('')).toBeNull()
  })

  it.each([
    'x',
    '!!!',
    text(null),
    text('1800'),
    text([]),
    text(['1800']),
    text([1800, id]),
    text(['1800', 'no-uuid']),
    text(['1800', id, 'more']),
    text(['x'.repeat(65), id]),
    text({ 0: '1800', 1: id }),
    `${text(['1800', id])}x`,
  ])('that is not ours is refused with 422: %s', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ statusCode: 422, code: 'platform/invalid-cursor' }))
  })
})
