import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { traceQueries } from '../telemetry/trace-queries.ts'

export type Db = NodePgDatabase
/** What a query needs: a pool or an open transaction. */
export type Executor = Pick<Db, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute'>
/** An open transaction on the primary. */
export type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0]

/** Of both servers; see `openDatabase`. */
export interface DatabaseSettings {
  /** The primary at the start; with a replica, they are asked. */
  primaryUrl: string
  replicaUrl?: string
  poolMax: number
  replicaMaxLagMs: number
  name: string
  statementTimeoutMs?: number
  connectTimeoutMs?: number
}

export interface PoolSettings {
  url: string
  max: number
  /** Shown in `pg_stat_activity`. */
  name: string
  statementTimeoutMs?: number
  /** For a new connection, and for one that is free. */
  connectTimeoutMs?: number
}

/**
 * Opens a bounded pool. A dead server refuses at once; a hung one costs `connectTimeoutMs` for a new
 * connection and `query_timeout` for one that was open, after which the client is thrown away.
 */
export function openPool({ url, max, name, statementTimeoutMs = 2_300, connectTimeoutMs = 1_000 }: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 200,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
  })
  // An idle client's death is no news: the pool drops it, and the next query opens another.
  pool.on('error', () => {})
  // Nor is the end of one that is held between two statements of a transaction: its next statement fails and says so.
  pool.on('connect', client => client.on('error', () => {}))
  traceQueries(pool)
  return pool
}

export function drizzleOn(client: pg.Pool | pg.PoolClient): Db {
  return drizzle(client)
}

/** Not the driver's own over a pool, which keeps the connection for ever when `begin` already fails. One that went away or fell silent is thrown away. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    return await drizzleOn(client).transaction(work)
  }
  catch (error) {
    broken = isConnectionError(error)
    throw error
  }
  finally {
    client.release(broken)
  }
}

export function inSnapshot<T>(pool: pg.Pool, look: (tx: Transaction) => Promise<T>): Promise<T> {
  return drizzleOn(pool).transaction(look, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}

const lostConnection = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', '57P01', '57P02', '57P03', '08000', '08003', '08006', '53300'])
// The last: a pool of a primary that is none any more.
const lostConnectionText = /connection terminated|query read timeout|client has encountered a connection error|received invalid response|cannot use a pool after calling end/i

/** The driver's own error below drizzle's wrapper. */
export function databaseErrorOf(error: unknown): { code?: string, message: string, constraint?: string } {
  let current = error
  for (let depth = 0; depth < 5; depth++) {
    if (current instanceof Error && current.cause instanceof Error) current = current.cause
    else break
  }
  if (current instanceof AggregateError && current.errors[0] instanceof Error) current = current.errors[0]
  if (current instanceof Error) return current as Error & { code?: string, constraint?: string }
  return { message: String(current) }
}

/** True when the server could not be reached, went away or does not speak Postgres; false for an answer that we dislike. */
export function isConnectionError(error: unknown): boolean {
  const { code, message } = databaseErrorOf(error)
  return (code !== undefined && lostConnection.has(code)) || lostConnectionText.test(message)
}

/**
 * True when all of our own connections were taken for as long as one may wait for one (pg-pool's words for that; a server
 * that cannot be reached is a lost connection). It says nothing about the server.
 */
export function isPoolBusy(error: unknown): boolean {
  return databaseErrorOf(error).message === 'timeout exceeded when trying to connect'
}

/** Deadlock and serialization failures: nothing was done, the transaction may run again. */
export function isRetryable(error: unknown): boolean {
  const { code } = databaseErrorOf(error)
  return code === '40P01' || code === '40001'
}

/** True when the server broke a statement off because it took too long, as behind a lock that somebody frozen holds. Its transaction is undone. */
export function isTooLong(error: unknown): boolean {
  const { code } = databaseErrorOf(error)
  return code === '57014' || code === '55P03'
}

/**
 * True when a standby could not answer and another server may: it is gone, all connections to it are taken, it took too long
 * (one that was frozen breaks off all that waits as soon as it goes on), or it broke the query off to follow its primary.
 */
export function isFailedStandby(error: unknown): boolean {
  return isConnectionError(error) || isPoolBusy(error) || isTooLong(error) || isRetryable(error)
}

/** True when the server is a standby, or was told to be read-only: nothing was done. */
export function isReadOnly(error: unknown): boolean {
  return databaseErrorOf(error).code === '25006'
}
