import type { ServerResponse } from 'node:http'

/** Tells a client all that we know of an error. */
export function answerWithTheError(error: Error, response: ServerResponse): void {
  response.statusCode = 500
  response.setHeader('content-type', 'application/json')
  const cause = error.cause instanceof Error ? error.cause : error
  response.end(JSON.stringify({ error: cause.message, stack: cause.stack }))
}
