import { circuitBreaker, ConsecutiveBreaker, handleWhen, type IPolicy } from 'cockatiel'
import type pg from 'pg'
import { type DatabaseSettings, type Db, drizzleOn, isConnectionError, openPool } from './connect.ts'
import { type ReplicaSampler, startReplicaSampler } from './replica-sampler.ts'

/** Connections to one server in the role that it has now. */
export interface Side { pool: pg.Pool, db: Db, longReads: pg.Pool }

export interface Roles {
  primary: Side
  replica: Side | null
  sampler: ReplicaSampler | null
  /** Of this primary: another one starts with a clean slate. */
  breaker: IPolicy
  /** Ends every connection when what it does has ended. */
  close(): Promise<void>
}

/** How long one statement of a snapshot may take. */
const longReadMs = 10_000

interface RoleSettings extends Pick<DatabaseSettings, 'poolMax' | 'replicaMaxLagMs' | 'name' | 'statementTimeoutMs' | 'connectTimeoutMs'> {
  primaryUrl: string
  replicaUrl: string | null
  /** Of the primary, for its standby must be on it. */
  timeline: () => number | null
  onPromoted: () => void
}

/** Opens pools that are named for what they do: `<name>-write`, `-read`, `-snapshot` and `-sampler`. */
export function openRoles({ primaryUrl, replicaUrl, poolMax, replicaMaxLagMs, name, statementTimeoutMs, connectTimeoutMs, timeline, onPromoted }: RoleSettings): Roles {
  const side = (url: string, role: 'write' | 'read'): Side => {
    const pool = openPool({ url, max: poolMax, name: `${name}-${role}`, connectTimeoutMs, ...(role === 'write' && { statementTimeoutMs }) })
    return { pool, db: drizzleOn(pool), longReads: openPool({ url, max: 1, name: `${name}-snapshot`, connectTimeoutMs, statementTimeoutMs: longReadMs }) }
  }
  const primary = side(primaryUrl, 'write')
  const replica = replicaUrl === null ? null : side(replicaUrl, 'read')
  const samplerPool = replicaUrl === null ? null : openPool({ url: replicaUrl, max: 1, name: `${name}-sampler`, statementTimeoutMs: 1_000 })
  const sampler = samplerPool && startReplicaSampler(samplerPool, { maxLagMs: replicaMaxLagMs, timeline, onPromoted })
  return {
    primary,
    replica,
    sampler,
    breaker: circuitBreaker(handleWhen(isConnectionError), { halfOpenAfter: 2_000, breaker: new ConsecutiveBreaker(3) }),
    async close() {
      sampler?.stop()
      await Promise.allSettled([primary.pool, primary.longReads, replica?.pool, replica?.longReads, samplerPool].map(pool => pool?.end()))
    },
  }
}
