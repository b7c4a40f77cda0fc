import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whether this `Authorization` carries the token: as a Bearer's, or as the password of Basic. Without a token anybody's does. */
export function isAllowed(authorization: string | undefined, token: string | undefined): boolean {
  if (!token) return true
  const [, scheme = '', value = ''] = /^(\w+) (\S+)$/.exec(authorization ?? '') ?? []
  const given = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString().split(':').slice(1).join(':') : value
  return timingSafeEqual(digest(given), digest(token))
}
