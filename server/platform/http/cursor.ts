import { z } from 'zod'
import { AppError } from './app-error.ts'

const uuid = z.uuid()
// What the database cannot read is refused here: an impossible day or a number past its type would be an error of ours.
const pence = z.string().regex(/^\d{1,9}$/)
const sold = z.string().regex(/^\d{1,9}$/)
const rank = z.string().regex(/^\d{1,5}(?:\.\d{1,6})?$/)
const day = /^(?!0000)\d{4}-\d\d-\d\d/
const instant = z.string()
  .regex(/^\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?[+-](?:0\d|1[0-4])(?::[0-5]\d)?$/)
  .refine((value) => {
    const date = day.exec(value)?.[0] ?? ''
    const at = Date.parse(`${date}T00:00:00Z`)
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date)
  })

/** What a list may be ordered by, with the form of a place in that order. */
const places = { newest: instant, popular: sold, price: pence, helpful: pence, relevance: rank } as const
export type CursorOrder = keyof typeof places

export const invalidCursor = () => new AppError({ code: 'platform/invalid-cursor', status: 422, title: 'That page is not there', errors: [{ path: 'cursor', message: 'not one of this list\'s' }] })

/** Where a page ended: the last row's place in the order, and its id to break ties. */
export type Position = readonly [place: string, id: string]

export const encodeCursor = (order: CursorOrder, [place, id]: Position): string => Buffer.from(JSON.stringify([order, place, id])).toString('base64url')

/**
 * Reads a cursor back. One that was made for another order, or by somebody else, is refused.
 * @throws {AppError} 422 `platform/invalid-cursor`
 */
export function decodeCursor(order: CursorOrder, cursor: string | undefined): Position | null {
  if (!cursor) return null
  try {
    const [, place, id] = z.tuple([z.literal(order), places[order], uuid]).parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    return [place, id]
  }
  catch {
    throw invalidCursor()
  }
}
