// A real Postgres primary with a streaming hot standby, from the binaries that npm installed: the demo and the tests run on
// what production runs on, with nothing installed by hand.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { takeLock } from './lock.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { initialise, prepareHome, readInstallation, type Installation } from './postgres-installation.ts'
import { createPostgresNode, inDatabase, type PostgresNode } from './postgres-node.ts'
import { endOrphan } from './postgres-orphan.ts'
import { dropSlot, followPrimary, makeSlot, reseed, whyUnusable } from './postgres-standby.ts'

export { removePostgresCluster } from './postgres-installation.ts'
export type { PostgresNode } from './postgres-node.ts'

export interface PostgresCluster {
  primaryUrl: string
  replicaUrl: string | null
  primary: PostgresNode
  replica: PostgresNode | null
  /** Lets a stopped standby be a copy of the running primary, and follow it. */
  seedReplica(why: string): Promise<void>
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** Belongs to the cluster alone. A second start on the same folder finds the same data, ports and passwords. */
  dataDir: string
  replica: boolean
  /** Server settings on top of the launcher's own, for both servers. */
  settings?: Record<string, string>
  log?: (line: string) => void
  /** A server that ended and was told neither to stop nor killed by us. */
  onDeath?: (name: string, lastLines: string[]) => void
}

/** Both servers get the same: a standby refuses to start with less than its primary has. */
const sharedSettings = {
  listen_addresses: '127.0.0.1',
  // No socket in the file system: its path may be too long, and /tmp is not ours.
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  jit: 'off',
  wal_level: 'replica',
  hot_standby_feedback: 'on',
  wal_receiver_status_interval: '1s',
  wal_retrieve_retry_interval: '200ms',
  wal_receiver_timeout: '10s',
  wal_sender_timeout: '10s',
  wal_keep_size: '128MB',
  // A standby that stays away may not fill the disk; it is seeded anew when it comes back.
  max_slot_wal_keep_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
}

/**
 * Starts the cluster; makes it at the first call for this folder (about 2 s).
 * @throws with the last log lines when a server doesn't come up, or when another launcher holds the folder
 */
export async function startPostgresCluster(options: ClusterOptions): Promise<PostgresCluster> {
  const log = options.log ?? (() => {})
  const dataDir = resolve(options.dataDir)
  const unlock = takeLock(join(dataDir, 'launcher.lock'), `The database in ${dataDir}`)
  const running: PostgresNode[] = []
  const stop = async (): Promise<void> => {
    // The standby first: a primary waits at shutdown until its standby has taken everything.
    for (const node of running.toReversed()) await node.stop()
    unlock()
  }
  try {
    const binaries = postgresBinaries()
    const home = prepareHome(dataDir, log)
    for (const name of ['replica', 'primary']) await endOrphan(join(home, name))
    const installation = await readInstallation(dataDir)
    const settings: Record<string, string> = { ...sharedSettings, ...options.settings }
    const node = (name: 'primary' | 'replica', port: number): PostgresNode => createPostgresNode({
      name, binaries, port, settings,
      dataDir: join(home, name),
      logFile: join(dataDir, `${name}.log`),
      url: `postgres://shop:${installation.shopPassword}@127.0.0.1:${port}/shop`,
      adminUrl: `postgres://postgres:${installation.adminPassword}@127.0.0.1:${port}/shop`,
      onDeath: options.onDeath ?? (() => {}),
    })
    const fresh = !existsSync(join(home, 'primary'))
    if (fresh) await initialise({ binaries, home, installation, replica: options.replica, sync: settings.fsync !== 'off', log })

    const primary = node('primary', installation.primaryPort)
    running.push(primary)
    await primary.start()
    const replica = options.replica ? node('replica', installation.replicaPort) : null
    const whyReseed = await prepareDatabase(primary, installation, home, { fresh, replica: options.replica })
    if (replica) {
      running.push(replica)
      await startStandby({ primary, replica, home, installation, whyReseed, log })
    }
    const seedReplica = async (whyReseed: string): Promise<void> => {
      if (replica) await startStandby({ primary, replica, home, installation, whyReseed, log })
    }
    return { primary, replica, primaryUrl: primary.url, replicaUrl: replica?.url ?? null, seedReplica, stop }
  }
  catch (error) {
    await stop()
    throw error
  }
}

/** Roles, the shop's database and the slot, each made when missing. Returns why the standby must be seeded anew, if it must. */
async function prepareDatabase(primary: PostgresNode, installation: Installation, home: string, { fresh, replica }: { fresh: boolean, replica: boolean }): Promise<string | null> {
  const admin = new pg.Client({ connectionString: inDatabase('postgres', primary.adminUrl) })
  await admin.connect()
  try {
    const { rows } = await admin.query<{ name: string }>('select rolname as name from pg_roles union all select datname from pg_database')
    const missing = (name: string): boolean => !rows.some(row => row.name === name)
    if (missing('replicator')) await admin.query(`create role replicator login replication password '${installation.replicationPassword}'`)
    // createdb: a test suite works in databases of its own. pg_monitor: to see how far the standby has come.
    if (!rows.some(row => row.name === 'shop')) await admin.query(`create role shop login createdb password '${installation.shopPassword}' in role pg_monitor`)
    const { rowCount } = await admin.query('select from pg_database where datname = $1', ['shop'])
    if (rowCount === 0) await admin.query('create database shop owner shop')
    if (!replica) {
      await dropSlot(admin)
      return null
    }
    const reason = fresh ? null : await whyUnusable(admin, join(home, 'primary'), join(home, 'replica'))
    if (reason === null) await makeSlot(admin)
    return reason
  }
  finally {
    await admin.end()
  }
}

interface StandbyStart {
  primary: PostgresNode
  replica: PostgresNode
  home: string
  installation: Installation
  whyReseed: string | null
  log: (line: string) => void
}

/** A standby that can't follow for a reason not foreseen is seeded anew, once. */
async function startStandby({ primary, replica, home, installation, whyReseed, log }: StandbyStart): Promise<void> {
  const primaryDir = join(home, 'primary')
  const replicaDir = join(home, 'replica')
  const attempt = async (reason: string | null): Promise<void> => {
    if (reason !== null) {
      log(`The standby is seeded anew: ${reason}.`)
      await reseed(primary.adminUrl, primaryDir, replicaDir)
    }
    followPrimary(replicaDir, { port: primary.port, user: 'replicator', password: installation.replicationPassword })
    await replica.start()
    await untilCaughtUp(primary, replica)
  }
  try {
    await attempt(whyReseed)
  }
  catch (error) {
    if (whyReseed !== null) throw error
    await replica.stop('immediate')
    await attempt('it could not follow the primary')
  }
}

/** Streaming, and as far as the primary was a moment ago: whoever is told that the standby is there may read from it at once. */
async function untilCaughtUp(primary: PostgresNode, replica: PostgresNode): Promise<void> {
  const [source, standby] = [primary, replica].map(node => new pg.Client({ connectionString: inDatabase('postgres', node.adminUrl) })) as [pg.Client, pg.Client]
  try {
    await Promise.all([source.connect(), standby.connect()])
    const { rows: [position] } = await source.query<{ lsn: string }>('select pg_current_wal_flush_lsn() as lsn')
    for (const deadline = Date.now() + 15_000; Date.now() < deadline; await delay(25)) {
      const { rowCount } = await standby.query('select from pg_stat_wal_receiver where status = $1 and pg_last_wal_replay_lsn() >= $2', ['streaming', position?.lsn])
      if (rowCount === 1) return
    }
    throw new Error('The standby did not catch up with the primary within 15 s.')
  }
  finally {
    await Promise.allSettled([source.end(), standby.end()])
  }
}
