import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { inDatabase } from '../../scripts/launch/postgres-node.ts'
import { removePostgresCluster, startPostgresCluster, type ClusterOptions, type PostgresCluster } from '../../scripts/launch/postgres.ts'
import { descendantsOf, identityOf } from '../../scripts/launch/process-tree.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function start(dataDir: string, options: Partial<ClusterOptions> = {}): Promise<PostgresCluster> {
  const cluster = await startPostgresCluster({ dataDir, replica: true, settings: { fsync: 'off' }, ...options })
  onTestFinished(() => cluster.stop())
  return cluster
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000, query_timeout: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<T>(sql)).rows
  }
  finally {
    // A frozen server never says goodbye.
    void client.end().catch(() => {})
  }
}

async function words(url: string): Promise<string[]> {
  return (await query<{ word: string }>(url, 'select word from words order by word')).map(row => row.word)
}

const seen = (url: string, expected: string[]) => vi.waitFor(async () => expect(await words(url)).toEqual(expected), { timeout: 10_000 })

test('a row written on the primary appears on the standby, which takes no writes', async () => {
  const { primaryUrl, replicaUrl } = await start(join(temporaryFolder(), 'db'))
  await query(primaryUrl, 'create table words (word text); insert into words values (\'heron\')')
  await seen(replicaUrl!, ['heron'])
  await expect(query(replicaUrl!, 'insert into words values (\'wren\')')).rejects.toThrow(/read-only/)
})

test('after kill -9 both servers start again and miss nothing that was committed', async () => {
  const { primary, replica } = await start(join(temporaryFolder(), 'db'))
  await query(primary.url, 'create table words (word text); insert into words values (\'heron\')')
  const children = [primary.pid, ...descendantsOf(primary.pid)]
  await primary.kill()
  expect(children.filter(pid => identityOf(pid))).toEqual([])
  await expect(query(primary.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
  await primary.start()
  await query(primary.url, 'insert into words values (\'wren\')')
  await seen(replica!.url, ['heron', 'wren'])
  await replica!.kill()
  await query(primary.url, 'insert into words values (\'stork\')')
  await replica!.start()
  await seen(replica!.url, ['heron', 'stork', 'wren'])
})

test('a frozen server keeps its connections and answers nothing until it is resumed', async () => {
  const { primary } = await start(join(temporaryFolder(), 'db'), { replica: false })
  primary.freeze()
  await expect(query(primary.url, 'select 1')).rejects.toThrow(/timeout/)
  primary.resume()
  expect(await query(primary.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a second start finds the same data, passwords and ports', async () => {
  const dataDir = join(temporaryFolder(), 'db')
  const first = await start(dataDir)
  await query(first.primaryUrl, 'create table words (word text); insert into words values (\'heron\')')
  await first.stop()
  const lines: string[] = []
  const second = await start(dataDir, { log: line => lines.push(line) })
  expect(second.primaryUrl).toBe(first.primaryUrl)
  await seen(second.replicaUrl!, ['heron'])
  expect(lines).toEqual([])
  expect(statSync(join(dataDir, 'cluster.json')).mode & 0o777).toBe(0o600)
})

test('a port that somebody took in the meantime is left to them', async () => {
  const dataDir = join(temporaryFolder(), 'db')
  const first = await start(dataDir, { replica: false })
  await first.stop()
  const stranger = createServer().listen(first.primary.port, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  const second = await start(dataDir, { replica: false })
  expect(second.primary.port).not.toBe(first.primary.port)
  expect(await query(second.primaryUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.each<[string, string, (cluster: PostgresCluster, dataDir: string) => Promise<void>]>([
  ['data', 'its data is missing', async (cluster, dataDir) => {
    await cluster.stop()
    rmSync(join(dataDir, 'replica'), { recursive: true })
  }],
  ['slot', 'its replication slot is gone', async (cluster) => {
    await cluster.replica!.stop()
    await query(cluster.primary.adminUrl, 'select pg_drop_replication_slot(slot_name) from pg_replication_slots')
    await cluster.stop()
  }],
  ['standing, being promoted,', 'it was promoted', async (cluster) => {
    await query(cluster.replica!.adminUrl, 'select pg_promote()')
    await cluster.stop()
  }],
  ['files, being damaged,', 'it could not follow the primary', async (cluster, dataDir) => {
    await cluster.stop()
    rmSync(join(dataDir, 'replica/PG_VERSION'))
  }],
])('a standby that lost its %s is seeded anew', async (_, reason, lose) => {
  const dataDir = join(temporaryFolder(), 'db')
  const first = await start(dataDir)
  await query(first.primaryUrl, 'create table words (word text); insert into words values (\'heron\')')
  await lose(first, dataDir)
  const lines: string[] = []
  const second = await start(dataDir, { log: line => lines.push(line) })
  expect(lines).toEqual([`The standby is seeded anew: ${reason}.`])
  await query(second.primaryUrl, 'insert into words values (\'wren\')')
  await seen(second.replicaUrl!, ['heron', 'wren'])
})

test('a cluster without a standby keeps no slot, which would hold WAL for ever', async () => {
  const dataDir = join(temporaryFolder(), 'db')
  await (await start(dataDir)).stop()
  const { primary } = await start(dataDir, { replica: false })
  expect(await query(primary.adminUrl, 'select slot_name from pg_replication_slots')).toEqual([])
})

test('two launchers never share a data folder', async () => {
  const dataDir = join(temporaryFolder(), 'db')
  await start(dataDir, { replica: false })
  await expect(start(dataDir, { replica: false })).rejects.toThrow(`already in use by process ${process.pid}`)
})

test('below a folder that the database account cannot enter, it starts all the same', async () => {
  const dataDir = join(temporaryFolder(0o700), 'db')
  const { primaryUrl, replicaUrl, primary, stop } = await start(dataDir)
  await query(primaryUrl, 'create table words (word text); insert into words values (\'heron\')')
  await seen(replicaUrl!, ['heron'])
  const [place] = await query<{ folder: string }>(primary.adminUrl, 'select current_setting(\'data_directory\') as folder')
  await stop()
  removePostgresCluster(dataDir)
  expect(existsSync(place!.folder)).toBe(false)
  expect(existsSync(dataDir)).toBe(false)
})

test('a server that ends by itself is told with its last log lines', async () => {
  const deaths: { name: string, lines: string[] }[] = []
  const { primary } = await start(join(temporaryFolder(), 'db'), { replica: false, onDeath: (name, lines) => deaths.push({ name, lines }) })
  process.kill(primary.pid, 'SIGTERM')
  await vi.waitFor(() => expect(deaths).toHaveLength(1), { timeout: 10_000 })
  expect(deaths[0]!.name).toBe('Postgres primary')
  expect(deaths[0]!.lines.join('\n')).toContain('database system is shut down')
})

test('a server that cannot start says why', async () => {
  await expect(start(join(temporaryFolder(), 'db'), { replica: false, settings: { shared_buffers: 'plenty' } }))
    .rejects.toThrow(/primary ended while starting[\s\S]*shared_buffers/)
})

test('postmaster.pid left behind with the number of another living process does not keep it from starting', async () => {
  const dataDir = join(temporaryFolder(), 'db')
  const first = await start(dataDir, { replica: false })
  const file = join(dataDir, 'primary/postmaster.pid')
  const stale = readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid))
  await first.primary.kill()
  await first.stop()
  writeFileSync(file, stale)
  const second = await start(dataDir, { replica: false })
  expect(await query(inDatabase('postgres', second.primary.adminUrl), 'select 1 as one')).toEqual([{ one: 1 }])
})
