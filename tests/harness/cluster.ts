// One Postgres cluster for many test files. Each gets a database of its own, copied from a template: 30 ms, where a cluster takes 3 s.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { inject } from 'vitest'
import { inDatabase } from '../../scripts/launch/postgres-node.ts'
import { type PostgresCluster, startPostgresCluster } from '../../scripts/launch/postgres.ts'
import { openDatabase } from '../../server/platform/db/database.ts'
import { runMigrations } from '../../server/platform/db/migrate.ts'
import { seedFixtures } from './fixtures.ts'
import { until } from './shopper.ts'

const templates = {
  /** Every table, and nothing in it. */
  empty: 'template_empty',
  /** The small catalogue of fixtures.ts as well. */
  stocked: 'template_stocked',
} as const
export type Template = keyof typeof templates

export interface ClusterUrls { primaryUrl: string, replicaUrl: string }

declare module 'vitest' {
  interface ProvidedContext {
    cluster: ClusterUrls
  }
}

const migrations = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** The databases of one test file. */
export interface Servers {
  primaryUrl: string
  replicaUrl: string | null
  /** There when the servers are this file's alone. */
  cluster: PostgresCluster | null
  end(): Promise<void>
}

async function startServers(replica: boolean, settings: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'cluster-'))
  const cluster = await startPostgresCluster({ dataDir, replica, settings: { fsync: 'off', ...settings } })
  return {
    cluster,
    async end() {
      await cluster.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts servers that a test may break, freeze or promote; their database has every table and nothing in it. */
export async function ownServers({ replica }: { replica: boolean }): Promise<Servers & { cluster: PostgresCluster }> {
  const { cluster, end } = await startServers(replica)
  await orEnd(end, runMigrations(cluster.primaryUrl, migrations))
  return { primaryUrl: cluster.primaryUrl, replicaUrl: cluster.replicaUrl, cluster, end }
}

/** Makes a database on the project's cluster. */
export async function sharedServers({ on, replica, template }: { on?: ClusterUrls, replica: boolean, template: Template }): Promise<Servers> {
  const { primaryUrl, replicaUrl, drop } = await newDatabase(template, on)
  return { primaryUrl, replicaUrl: replica ? replicaUrl : null, cluster: null, end: drop }
}

/** Starts the cluster of a project, a primary with a standby, and makes the templates. */
export async function startTestCluster(): Promise<ClusterUrls & { stop(): Promise<void> }> {
  const { cluster, end } = await startServers(true, { max_connections: '400' })
  await orEnd(end, makeTemplates(cluster.primaryUrl))
  return { primaryUrl: cluster.primaryUrl, replicaUrl: cluster.replicaUrl!, stop: end }
}

async function orEnd(end: () => Promise<void>, work: Promise<void>): Promise<void> {
  await work.catch(async (error: unknown) => {
    await end()
    throw error
  })
}

async function makeTemplates(primaryUrl: string): Promise<void> {
  await onServer(primaryUrl, `create database ${templates.empty}`)
  await runMigrations(inDatabase(templates.empty, primaryUrl), migrations)
  await onServer(primaryUrl, `create database ${templates.stocked} template ${templates.empty}`)
  const database = openDatabase({ primaryUrl: inDatabase(templates.stocked, primaryUrl), poolMax: 2, replicaMaxLagMs: 0, name: 'template', statementTimeoutMs: 30_000, connectTimeoutMs: 20_000 })
  // Postgres refuses to copy a template while a session is connected to it.
  await seedFixtures(database).finally(() => database.close())
}

/** Makes a database on the cluster that this project's setup started; it is there on the standby, too. */
export async function newDatabase(template: Template, { primaryUrl, replicaUrl }: ClusterUrls = inject('cluster')): Promise<ClusterUrls & { drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(primaryUrl, `create database ${name} template ${templates[template]}`)
  const urls = { primaryUrl: inDatabase(name, primaryUrl), replicaUrl: inDatabase(name, replicaUrl) }
  await until(() => connects(urls.replicaUrl), there => there, { everyMs: 10 })
  return {
    ...urls,
    drop: () => onServer(primaryUrl, `drop database ${name} with (force)`),
  }
}

async function connects(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  return client.connect().then(() => client.end()).then(() => true, () => false)
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inDatabase('postgres', url) })
  await client.connect()
  try {
    await client.query(statement)
  }
  finally {
    await client.end()
  }
}
