import { z } from 'zod'
import { AppError } from './app-error.ts'

/** Where a page ended: the last row's place in the order, and its id to break ties. */
const position = z.tuple([z.string().max(64), z.uuid()])
export type Position = z.infer<typeof position>

export const encodeCursor = (place: Position): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** @throws {AppError} 422 `platform/invalid-cursor` */
export function decodeCursor(cursor: string | undefined): Position | null {
  if (!cursor) return null
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  }
  catch {
    throw new AppError({ code: 'platform/invalid-cursor', status: 422, title: 'That page is not there', errors: [{ path: 'cursor', message: 'not one of ours' }] })
  }
}
