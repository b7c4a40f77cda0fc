// A physical base backup: one archive of the whole data folder with the log that makes it consistent, and beside it a
// manifest with its checksum, which is written last: without one there is no backup.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { type DatabaseServer, stateOf } from './database-server.ts'
import { Refusal } from './refusal.ts'

const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** By the database's clock: what was committed before `startedAt` is in it, what came after `finishedAt` is not. */
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  takenFrom: z.string(),
  /** Everything up to this log position is in it. */
  position: z.string(),
  timeline: z.number().int(),
  systemIdentifier: z.string(),
  /** The server's major version: another one cannot read the files. */
  postgres: z.number().int(),
  file: z.literal('base.tar.gz'),
  bytes: z.number().int(),
  sha256: z.string().length(64),
})
export type Manifest = z.infer<typeof manifestSchema>

export interface BackupSource {
  servers: readonly DatabaseServer[]
  /** The data folder of a running server as a gzipped tar, with all the log that it takes to start from it. */
  archive(server: DatabaseServer): Promise<Readable>
  /** Which of those that may be asked is asked; a standby where there is one, unless the source can't. */
  from: 'standby' | 'primary'
}

/** What a server says of its installation. */
export async function describeServer(server: Pick<DatabaseServer, 'query'>): Promise<{ systemIdentifier: string, postgres: number, now: string }> {
  const [row] = await server.query(`
    select system_identifier::text, current_setting('server_version_num')::int / 10000,
           to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from pg_control_system()`)
  return { systemIdentifier: row![0]!, postgres: Number(row![1]), now: row![2]! }
}

/**
 * Takes a backup into a new folder below `into`, named for its time.
 * @throws {Refusal} when no server can be asked
 */
export async function takeBackup({ servers, archive, from }: BackupSource, into: string): Promise<{ folder: string, manifest: Manifest }> {
  const states = await Promise.all(servers.map(async server => ({ server, state: await stateOf(server) })))
  const chosen = states.find(one => one.state?.role === from) ?? (from === 'standby' ? states.find(one => one.state?.role === 'primary') : undefined)
  if (!chosen?.state) throw new Refusal('No server answers that a backup could be taken from.')
  const { server, state } = chosen
  const before = await describeServer(server)
  const [position] = (await server.query('select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end'))[0]!
  const folder = join(into, before.now.replaceAll(/[:.]/g, '-'))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  const file = join(folder, 'base.tar.gz')
  await pipeline(await archive(server), async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }, createWriteStream(`${file}.part`, { mode: 0o600 }))
  renameSync(`${file}.part`, file)
  const manifest: Manifest = {
    version: 1, startedAt: before.now, finishedAt: (await describeServer(server)).now, takenFrom: server.name, position: position!, timeline: state.timeline,
    systemIdentifier: before.systemIdentifier, postgres: before.postgres, file: 'base.tar.gz', bytes: statSync(file).size, sha256: hash.digest('hex'),
  }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  return { folder, manifest }
}

/**
 * Reads a backup and checks every byte of it.
 * @throws {Refusal} when it is none, is not whole, or is not what was written
 */
export async function verifyBackup(folder: string): Promise<{ file: string, manifest: Manifest }> {
  let text: string
  try {
    text = readFileSync(join(folder, 'manifest.json'), 'utf8')
  }
  catch {
    throw new Refusal(`${folder} has no manifest.json: it is no backup, or one that was not finished.`)
  }
  let manifest: Manifest
  try {
    manifest = manifestSchema.parse(JSON.parse(text))
  }
  catch {
    throw new Refusal(`The manifest of ${folder} cannot be read by this version.`)
  }
  const file = join(folder, manifest.file)
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  }
  catch {
    throw new Refusal(`${file} cannot be read.`)
  }
  if (hash.digest('hex') !== manifest.sha256) throw new Refusal(`${file} is not what was written: its checksum differs. Nothing was changed; take another backup.`)
  return { file, manifest }
}
