import { describe, expect, it } from 'vitest'
import { type CursorOrder, decodeCursor, encodeCursor } from '../../server/platform/http/cursor.ts'

const id = '8e03978e-40d5-43dd-bc93-6894a57f9324'
const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const places: [CursorOrder, string][] = [['newest', '2026-10-01 00:00:00.123456+00'], ['newest', '2026-10-01 00:00:00+05:30'], ['price', '1800'], ['relevance', '0.607927']]

describe('a cursor', () => {
  it.each(places)('comes back as it went: %s at %s', (order, place) => {
    expect(decodeCursor(order, encodeCursor(order, [place, id]))).toEqual([place, id])
  })

  it('is safe in a URL', () => {
    expect(encodeCursor('newest', ['ü?/&+', id])).toMatch(/^[\w-]+$/)
  })

  it('when there is none, then the first page is meant', () => {
    expect(decodeCursor('price', undefined)).toBeNull()
    expect(decodeCursor('price', '')).toBeNull()
  })

  it('of another order is refused, since its place means nothing here', () => {
    const cursor = encodeCursor('relevance', ['18', id])
    expect(() => decodeCursor('price', cursor)).toThrow(expect.objectContaining({ statusCode: 422 }))
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
    text(['price', '1e9', id]),
    text(['price', '1'.repeat(65), id]),
    text({ 0: 'price', 1: '1800', 2: id }),
    `${text(['price', '1800', id])}x`,
  ])('that is not ours is refused with 422: %s', (cursor) => {
    expect(() => decodeCursor('price', cursor)).toThrow(expect.objectContaining({ statusCode: 422, code: 'platform/invalid-cursor' }))
  })
})
