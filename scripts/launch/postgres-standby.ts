// Seeding a streaming standby without pg_basebackup, which the npm package leaves out: a plain copy of the files, of a
// primary that has never run, or of a running one between pg_backup_start and pg_backup_stop (PostgreSQL manual, 25.3.3).
import { appendFileSync, closeSync, constants, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { serverAccount } from './server-account.ts'

const slotName = 'monolith_replica'

/** What the manual says not to copy (contents of folders that a server fills anew, and what belongs to one process). */
const leftOut = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/|^(postmaster\.(pid|opts)|backup_label|standby\.signal|recovery\.signal)$|(^|\/)pgsql_tmp/

/** Copies a primary that is not running and never was. */
export async function seedFresh(primaryDir: string, replicaDir: string): Promise<void> {
  await rm(`${replicaDir}.new`, { recursive: true, force: true })
  await copyFolder(primaryDir, `${replicaDir}.new`, path => !path.startsWith('postmaster.'))
  await adopt(`${replicaDir}.new`, replicaDir)
}

/** Replaces a stopped standby's data by an online copy of the running primary's. The slot is made first, so that no WAL is missed. */
export async function reseed(adminUrl: string, primaryDir: string, replicaDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await dropSlot(client)
    await makeSlot(client)
    await copyRunning(client, primaryDir, `${replicaDir}.new`)
    await rm(replicaDir, { recursive: true, force: true })
    await adopt(`${replicaDir}.new`, replicaDir)
  }
  finally {
    await client.end()
  }
}

/** Copies a running primary's files to where nothing is, with the label that its recovery begins from, but without its log. */
async function copyRunning(client: pg.Client, from: string, to: string): Promise<void> {
  await client.query('select pg_backup_start($1, fast => true)', ['copy'])
  await rm(to, { recursive: true, force: true })
  await copyFolder(from, to, path => !leftOut.test(path))
  const { rows: [backup] } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(wait_for_archive => false)')
  writeFileSync(join(to, 'backup_label'), backup?.labelfile ?? '', { mode: 0o600 })
  await own(join(to, 'backup_label'))
}

/**
 * Copies a running primary with all the log that it takes to start from the copy alone: what pg_basebackup does elsewhere.
 * @throws when the server recycled the first of that log while it was copied
 */
export async function copyWithLog(adminUrl: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await copyRunning(client, from, to)
    const logs = (await readdir(join(from, 'pg_wal'), { withFileTypes: true })).filter(entry => entry.isFile())
    for (const { name } of logs) await copyIfThere(join(from, 'pg_wal', name), join(to, 'pg_wal', name))
    const first = /^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)/m.exec(readFileSync(join(to, 'backup_label'), 'utf8'))?.[1] ?? ''
    if (!existsSync(join(to, 'pg_wal', first))) throw new Error(`The log that the copy of ${from} begins with is gone already.`)
  }
  finally {
    await client.end()
  }
}

/** Why the standby's folder can't be used as it is; null when it can. */
export async function whyUnusable(admin: pg.Client, primaryDir: string, replicaDir: string): Promise<string | null> {
  if (!existsSync(join(replicaDir, 'global/pg_control'))) return 'its data is missing'
  if (!existsSync(join(replicaDir, 'standby.signal'))) return 'it was promoted'
  if (systemIdentifier(primaryDir) !== systemIdentifier(replicaDir)) return 'it belongs to another primary'
  const { rows: [slot] } = await admin.query<{ wal_status: string | null }>('select wal_status from pg_replication_slots where slot_name = $1', [slotName])
  if (!slot) return 'its replication slot is gone'
  return slot.wal_status === 'lost' ? 'the primary no longer holds the WAL that it lacks' : null
}

/** Points a stopped standby at the primary's present address. */
export function followPrimary(replicaDir: string, connection: { port: number, user: string, password: string }): void {
  const file = join(replicaDir, 'postgresql.auto.conf')
  const others = readFileSync(file, 'utf8').split('\n').filter(line => !/^primary_(conninfo|slot_name)\b/.test(line))
  const conninfo = `host=127.0.0.1 port=${connection.port} user=${connection.user} password=${connection.password} application_name=${slotName}`
  writeFileSync(file, others.join('\n').trimEnd())
  appendFileSync(file, `\nprimary_conninfo = '${conninfo}'\nprimary_slot_name = '${slotName}'\n`)
}

/** Makes the slot and holds WAL for it from now on, before anybody has connected to it. */
export async function makeSlot(admin: pg.Client): Promise<void> {
  await admin.query(
    'select pg_create_physical_replication_slot($1, true) where not exists (select from pg_replication_slots where slot_name = $1)',
    [slotName],
  )
}

/** A slot that nobody reads keeps WAL until the disk is full. Ends the connection that may still hold it. */
export async function dropSlot(admin: pg.Client): Promise<void> {
  await admin.query('select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = $1 and active', [slotName])
  await admin.query('select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1', [slotName])
}

async function adopt(made: string, replicaDir: string): Promise<void> {
  writeFileSync(join(made, 'standby.signal'), '', { mode: 0o600 })
  await own(join(made, 'standby.signal'))
  await rename(made, replicaDir)
}

async function copyFolder(from: string, to: string, wanted: (path: string) => boolean, below = ''): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  await own(to)
  const entries = await readdir(from, { withFileTypes: true })
  for (const entry of entries) {
    const path = below + entry.name
    if (!wanted(path)) continue
    if (entry.isDirectory()) await copyFolder(join(from, entry.name), join(to, entry.name), wanted, `${path}/`)
    else await copyIfThere(join(from, entry.name), join(to, entry.name))
  }
}

/** The primary goes on while it is copied and may drop a file under way; WAL replay puts right what that leaves behind. */
async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    await chmod(to, 0o600)
    await own(to)
  }
  catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

async function own(path: string): Promise<void> {
  if (serverAccount.uid !== undefined && serverAccount.gid !== undefined) await chown(path, serverAccount.uid, serverAccount.gid)
}

/** The first eight bytes of pg_control, which a standby shares with its primary. */
function systemIdentifier(dataDir: string): bigint {
  const buffer = Buffer.alloc(8)
  const file = openSync(join(dataDir, 'global/pg_control'), 'r')
  readSync(file, buffer)
  closeSync(file)
  return buffer.readBigUInt64LE()
}
