import { notFound } from './app-error.ts'
import type { Refusal, RouteDescription } from './describe-route.ts'
import { badTarget, crossOrigin, invalidInput, malformedJson, notJson, targetTooLong, tooComplex, tooLarge, tooManyHeaders } from './refusals.ts'

/** Of any route: what the edge refuses, and what breaks. */
const anywhere: readonly Refusal[] = [
  badTarget(),
  targetTooLong(''),
  tooManyHeaders(''),
  { code: 'platform/http-500', statusCode: 500, title: 'Something broke on our side' },
  { code: 'platform/database-unavailable', statusCode: 503, title: 'The shop cannot save anything right now' },
  { code: 'platform/database-busy', statusCode: 503, title: 'Somebody else is at the same things' },
  { code: 'platform/database-crowded', statusCode: 503, title: 'A lot of people are here at once' },
  { code: 'platform/overloaded', statusCode: 503, title: 'The shop is busy' },
]
const tooMany: Refusal = { code: 'platform/too-many-requests', statusCode: 429, title: 'That was a lot at once' }
const loginNeeded: Refusal = { code: 'auth/login-needed', statusCode: 401, title: 'Please log in first' }
const adminsOnly: Refusal = { code: 'auth/admins-only', statusCode: 403, title: 'This is for those who run the shop' }

/** Everything that a route refuses with: what its description names, and what follows from who may ask and what is read. */
export function refusalsOf({ method, access, params, query, body, refusals = [], demoOnly }: RouteDescription, { limited }: { limited: boolean }): Refusal[] {
  const readsJson = body !== undefined && body !== 'bytes' && body !== 'picture'
  const all: readonly Refusal[] = [
    ...anywhere,
    ...(access === 'user' || access === 'admin' ? [loginNeeded] : []),
    ...(access === 'admin' ? [adminsOnly] : []),
    ...(params || demoOnly ? [notFound('thing')] : []),
    ...(query || readsJson ? [invalidInput('', [])] : []),
    ...(readsJson ? [malformedJson(), notJson(), tooComplex('')] : []),
    ...(body === undefined ? [] : [tooLarge()]),
    ...(method === 'get' || access === 'signed' ? [] : [crossOrigin()]),
    ...(limited ? [tooMany] : []),
    ...refusals,
  ]
  return [...new Map(all.map(one => [one.code, one])).values()]
}
