// One of the two Postgres servers as `ops` reaches it: through a connection string, or by a program inside its container.
import pg from 'pg'

export interface DatabaseServer {
  name: string
  /** As superuser, in the shop's database; the rows' columns as text. @throws when the server cannot be asked */
  query(statement: string): Promise<string[][]>
  /** Stops it for good, whatever state it is in: nobody can write to it afterwards. @throws when that cannot be made sure of */
  fence(): Promise<void>
}

/** A server that is reached by its address. Its process is somebody else's: `fence` says how it is ended. */
export function serverAt({ name, adminUrl, fence }: { name: string, adminUrl: string, fence: () => Promise<void> }): DatabaseServer {
  return {
    name,
    fence,
    async query(statement) {
      const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000, query_timeout: 60_000, application_name: 'ops' })
      client.on('error', () => {})
      try {
        await client.connect()
        const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' })
        return rows.map(row => row.map(value => (value === null ? '' : typeof value === 'boolean' ? (value ? 't' : 'f') : String(value))))
      }
      finally {
        await client.end().catch(() => {})
      }
    },
  }
}

/** What a server is; `null` when it cannot be asked. */
export interface DatabaseState { role: 'primary' | 'standby', timeline: number, position: string, lagBytes: number }

export async function stateOf(server: Pick<DatabaseServer, 'query'>): Promise<DatabaseState | null> {
  try {
    const [row] = await server.query(`
      select case when pg_is_in_recovery() then 'standby' else 'primary' end,
             case when pg_is_in_recovery() then coalesce((select received_tli from pg_stat_wal_receiver), (select timeline_id from pg_control_checkpoint()))
                  else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end,
             case when pg_is_in_recovery() then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) else pg_current_wal_flush_lsn() end,
             case when pg_is_in_recovery() then greatest(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0) else 0 end`)
    const [role, timeline, position, lagBytes] = row!
    return { role: role as DatabaseState['role'], timeline: Number(timeline), position: position!, lagBytes: Number(lagBytes || 0) }
  }
  catch {
    return null
  }
}
