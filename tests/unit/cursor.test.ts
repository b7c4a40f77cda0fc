import { describe, expect, it } from 'vitest'
import { type CursorOrder, decodeCursor, encodeCursor } from '../../server/platform/http/cursor.ts'

const id = '8e03978e-40d5-43dd-bc93-6894a57f9324'
const now = '2026-10-01 00:00:00.123456+00'
const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a cursor', () => {
  it.each<[CursorOrder, string]>([
    ['newest', now],
    ['newest', '2024-02-29 23:59:59+05:30'],
    ['price', '0'],
    ['price', '999999999'],
    ['relevance', '0.607927'],
    ['relevance', '0'],
  ])('of %s comes back as it went: %s', (order, place) => {
    const cursor = encodeCursor(order, [place, id])
    expect(cursor).toMatch(/^[\w-]+$/)
    expect(decodeCursor(order, cursor)).toEqual([place, id])
  })

  it('when there is none, then the first page is meant', () => {
    expect(decodeCursor('newest', undefined)).toBeNull()
    expect(decodeCursor('newest', '')).toBeNull()
  })

  const refused = expect.objectContaining({ statusCode: 422, code: 'platform/invalid-cursor' }) as Error

  it('when it was made for another order, then it is refused', () => {
    expect(() => decodeCursor('price', encodeCursor('newest', [now, id]))).toThrow(refused)
    expect(() => decodeCursor('relevance', encodeCursor('price', ['1800', id]))).toThrow(refused)
  })

  it.each<[CursorOrder, string]>([
    ['newest', '2026-02-30 00:00:00+00'],
    ['newest', '2025-02-29 00:00:00+00'],
    ['newest', '2026-13-01 00:00:00+00'],
    ['newest', '0000-01-01 00:00:00+00'],
    ['newest', '2026-10-01 24:00:00+00'],
    ['newest', '2026-10-01 00:60:00+00'],
    ['newest', '2026-10-01 00:00:00+99'],
    ['newest', 'infinity'],
    ['newest', 'now'],
    ['price', '9999999999'],
    ['price', '1.5'],
    ['price', '-1'],
    ['price', ''],
    ['relevance', 'NaN'],
    ['relevance', '9999999.1'],
    ['relevance', '1e5'],
  ])('when its place is none that the database can read, then it is refused and not our failure: %s %j', (order, place) => {
    expect(() => decodeCursor(order, text([order, place, id]))).toThrow(refused)
  })

  it.each([
    'x',
    '!!!',
    text(null),
    text('1800'),
    text([]),
    text(['price', '1800']),
    text(['price', 1800, id]),
    text(['price', '1800', 'no-uuid']),
    text(['price', '1800', id, 'more']),
    text({ 0: 'price', 1: '1800', 2: id }),
    `${text(['price', '1800', id])}x`,
  ])('that is not ours is refused: %s', (cursor) => {
    expect(() => decodeCursor('price', cursor)).toThrow(refused)
  })
})
