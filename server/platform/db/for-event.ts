import { getHeader, type H3Event } from 'h3'
import { readShopperCookie, writeShopperCookie } from '../http/shopper-cookie.ts'
import { writeInTrace } from '../telemetry/trace-context.ts'
import type { Executor, Transaction } from './connect.ts'
import type { Database, DatabaseRole, Reader } from './database.ts'
import { isLsn, laterLsn, type Lsn } from './lsn.ts'
import type { ReplicaState } from './replica-sampler.ts'

/** A route's reader and writer: it says what it wants to do, and never where. */
export interface RouteDatabase {
  /** Never older than this shopper's last write, while there is a primary. */
  read: <T>(query: (db: Reader) => Promise<T>) => Promise<T>
  /** For what everybody sees alike: the shopper's own writes do not matter, so a cached handler may use it. */
  readPublic: <T>(query: (db: Reader) => Promise<T>) => Promise<T>
  /** One transaction on the primary; the shopper's later reads will not be older. */
  write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
  /** The present, from the primary. */
  fresh: <T>(query: (db: Executor) => Promise<T>) => Promise<T>
}

/** As `server-timing` says it: which database answered, and how far behind the other one is. */
export const describeRole = (role: DatabaseRole, replica: ReplicaState | null) => (replica && role !== 'primary' ? `${role} ${Math.round(replica.lagMs)} ms behind` : role)

/** A page that was woken by a server-sent event says what it was told of, so that it does not read the past. */
function positionWanted(event: H3Event): Lsn | null {
  const told = getHeader(event, 'x-read-after') ?? ''
  return laterLsn(readShopperCookie(event).lsn, isLsn(told) ? told : null)
}

export function databaseFor(event: H3Event): RouteDatabase {
  const { timing, platform: { database } } = event.context
  const onRole = (role: DatabaseRole) => timing.note('db', describeRole(role, database.replicaState()))
  const read = <T>(query: (db: Reader) => Promise<T>, after: Lsn | null) => timing.measure('db', () => database.read(query, { after, onRole }))
  return {
    read: query => read(query, positionWanted(event)),
    readPublic: query => read(query, null),
    write: async work => (await timing.measure('db', () => writeFor(event)(work))).result,
    fresh: (query) => {
      onRole('primary')
      return timing.measure('db', () => database.fresh(query))
    },
  }
}

/** The database's `write` in the request's trace, remembering each position for the shopper: for use cases that take a database. */
export function writeFor(event: H3Event): Database['write'] {
  const write = writeInTrace(event.context.platform.database.write, event.context.traceparent)
  return async (work) => {
    const written = await write(work)
    // Work may outlive its answer: then there is nobody left to tell.
    if (!event.node.res.headersSent) writeShopperCookie(event, { lsn: written.lsn })
    return written
  }
}
