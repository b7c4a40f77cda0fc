import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createEvent, type EventHandler, type H3Event, setResponseHeaders, setResponseStatus } from 'h3'
import { type Freshness, keptByNobody } from './freshness.ts'

/** What every layer keeps. */
export interface PublicAnswer {
  status: number
  body: Buffer
  etag: string
  /** `content-type`, and for a page its own policy. */
  headers: Record<string, string>
  /** When it was made, in ms since 1970 by the clock of the instance that made it. */
  madeAt: number
  /** False for one that was read from a replica known to be behind: it is better than nothing, and kept by nobody. */
  keep: boolean
}

/** As it is kept outside of this process. */
export type Packed = Omit<PublicAnswer, 'body'> & { body: string }

declare module 'h3' {
  interface H3EventContext {
    /** On the empty request that a shared layer is asked with: its key, and how to make what is missing. */
    wanted?: { key: string, make: () => Promise<Packed> }
  }
}

/** Nitro's `defineCachedEventHandler`, over whatever its cache storage is. */
export type DefineCached = (handler: EventHandler, options: { group: string, name: string, integrity: string, swr: boolean, maxAge: number, staleMaxAge: number, getKey: (event: H3Event) => string }) => EventHandler

/** The shared cache: a cached handler for each row, which is asked with a request of our own in which there is nothing of anybody's. */
export interface SharedCache { ask(row: Freshness, wanted: NonNullable<H3Event['context']['wanted']>): Promise<PublicAnswer | null> }

function sharedLayer(defineCached: DefineCached, { name, sharedS, sharedStaleS }: Freshness): EventHandler {
  return defineCached(async (event) => {
    const { body, status, keep, etag, headers, madeAt } = await event.context.wanted!.make()
    setResponseStatus(event, status)
    setResponseHeaders(event, { etag, 'made-at': String(madeAt), 'answer-headers': JSON.stringify(headers), ...(!keep && { 'cache-control': keptByNobody }) })
    return body
  }, { group: 'public', name, integrity: 'public', swr: true, maxAge: sharedS, staleMaxAge: sharedStaleS, getKey: event => event.context.wanted!.key })
}

export function openSharedCache(defineCached: DefineCached): SharedCache {
  const layers = new Map<string, EventHandler>()
  return {
    ask(row, wanted) {
      const layer = layers.get(row.name) ?? sharedLayer(defineCached, row)
      layers.set(row.name, layer)
      return askLayer(layer, wanted)
    },
  }
}

/** The sender of such a request. */
const nobody = new Socket()

/** `null` for an entry that is no answer. */
async function askLayer(layer: EventHandler, wanted: NonNullable<H3Event['context']['wanted']>): Promise<PublicAnswer | null> {
  const request = new IncomingMessage(nobody)
  request.method = 'GET'
  request.url = '/'
  const event = createEvent(request, new ServerResponse(request))
  event.context.wanted = wanted
  const body: unknown = await layer(event)
  const { res } = event.node
  const [etag, madeAt, headers] = ['etag', 'made-at', 'answer-headers'].map(name => res.getHeader(name))
  if (typeof body !== 'string' || typeof etag !== 'string' || !Number(madeAt) || typeof headers !== 'string') return null
  return { status: res.statusCode, body: Buffer.from(body), etag, madeAt: Number(madeAt), headers: JSON.parse(headers) as Record<string, string>, keep: res.getHeader('cache-control') !== keptByNobody }
}
