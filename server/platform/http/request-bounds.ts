/**
 * What is read of a request at most, before its body. Node itself refuses 16 kB of headers with 431 and a line that is no
 * HTTP with 400, both without a body; these bounds are tighter, and say what they are.
 */
import type { IncomingMessage } from 'node:http'
import { badTarget, targetTooLong, tooManyHeaders } from './refusals.ts'

const maxPathBytes = 1_024
const maxTargetBytes = 4_096
const maxParameters = 60
const maxHeaders = 100

/** A path with its percent escapes complete, and without what neither a file nor an address has. */
function isPath(path: string): boolean {
  // `//host` would be another origin's address wherever the path is repeated; a backslash is a slash to browsers.
  if (!/^\/(?!\/)[^\\\s\p{Cc}#]*$/u.test(path)) return false
  try {
    const plain = decodeURIComponent(path)
    return !plain.includes('\0')
  }
  catch {
    return false
  }
}

/**
 * Refuses what no client of ours sends.
 * @throws {AppError} 400 `platform/bad-target`, 414 `platform/target-too-long`, 431 `platform/too-many-headers`
 */
export function refuseOversize({ url = '/', rawHeaders = [] }: Pick<IncomingMessage, 'url' | 'rawHeaders'>): void {
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  if (url.length > maxTargetBytes || path.length > maxPathBytes) throw targetTooLong(`At most ${maxPathBytes} bytes of a path and ${maxTargetBytes} with its query.`)
  if (query.split('&', maxParameters + 1).length > maxParameters) throw targetTooLong(`At most ${maxParameters} parameters.`)
  if (rawHeaders.length / 2 > maxHeaders) throw tooManyHeaders(`At most ${maxHeaders} header fields.`)
  if (!isPath(path)) throw badTarget()
}
