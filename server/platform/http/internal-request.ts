/**
 * Tells our own requests from a stranger's. A page that is rendered here asks `/api` through Nitro's local fetch: nothing
 * goes over a socket, and Nitro hands the handlers a request that Node's HTTP server never made. That cannot be forged
 * from outside, since all that comes in through a socket is an `http.IncomingMessage`; a header could.
 */
import { IncomingMessage } from 'node:http'
import type { H3Event } from 'h3'

/** Answers whether this process sent the request to itself. Sees through the Proxy that a cached handler puts around it. */
export function isInternal({ node: { req } }: Pick<H3Event, 'node'>): boolean {
  // Local requests carry this property of node-mock-http; one of neither kind, such as HTTP/2, is a stranger's.
  return !(req instanceof IncomingMessage) && '__unenv__' in req
}
