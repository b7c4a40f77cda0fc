// What a cluster keeps on disk: passwords and ports, and the data folder that initdb makes.
import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { takeLock } from './lock.ts'
import { freePort, isFree } from './ports.ts'
import { seedFresh } from './postgres-standby.ts'
import { randomSecret, secretFile, writeSecretFile } from './secret-file.ts'
import { canReach, nobody, reachableFolder, serverAccount } from './server-account.ts'

export interface Installation {
  adminPassword: string
  shopPassword: string
  replicationPassword: string
  primaryPort: number
  replicaPort: number
}

/** Deletes a stopped cluster with all its data. */
export function removePostgresCluster(dataDir: string): void {
  const unlock = takeLock(join(resolve(dataDir), 'launcher.lock'), `The database in ${dataDir}`)
  const home = homeOf(resolve(dataDir))
  unlock()
  rmSync(home, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}

function homeOf(dataDir: string): string {
  return canReach(dataDir) ? dataDir : reachableFolder(dataDir)
}

/** The folder that holds both servers' data: `dataDir`, or one outside when the servers' account can't enter that. */
export function prepareHome(dataDir: string, log: (line: string) => void): string {
  const home = homeOf(dataDir)
  const known = existsSync(join(dataDir, 'cluster.json'))
  if (home !== dataDir) {
    log(`${dataDir} can't be entered by the database's account; its data is kept in ${home}.`)
    // The project's own folder was emptied or is a new one of the same name: data without its passwords is of no use.
    if (!known) for (const name of ['primary', 'replica']) rmSync(join(home, name), { recursive: true, force: true })
  }
  else if (!known && existsSync(join(home, 'primary'))) {
    throw new Error(`${join(dataDir, 'cluster.json')} is missing, and with it the passwords of the data beside it. Move that data away to start over.`)
  }
  return home
}

/** Passwords and ports are made once; a port that somebody else took in the meantime is replaced. */
export async function readInstallation(dataDir: string): Promise<Installation> {
  const file = join(dataDir, 'cluster.json')
  const installation = secretFile<Installation>(file, () => ({
    adminPassword: randomSecret(),
    shopPassword: randomSecret(),
    replicationPassword: randomSecret(),
    primaryPort: 0,
    replicaPort: 0,
  }))
  for (const key of ['primaryPort', 'replicaPort'] as const) {
    if (installation[key] === 0 || !await isFree(installation[key])) installation[key] = await freePort()
  }
  writeSecretFile(file, installation)
  return installation
}

interface Initialisation {
  binaries: string
  home: string
  installation: Installation
  replica: boolean
  /** Whether initdb waits for the disk. */
  sync: boolean
  log: (line: string) => void
}

/** initdb into a folder that gets its name when it is complete; the standby's copy is taken before the first start. */
export async function initialise({ binaries, home, installation, replica, sync, log }: Initialisation): Promise<void> {
  const made = join(home, 'primary.new')
  const passwordFile = join(home, 'initdb-password')
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made, { mode: 0o700 })
  writeFileSync(passwordFile, installation.adminPassword, { mode: 0o600 })
  if (serverAccount.uid !== undefined) for (const path of [made, passwordFile]) chownSync(path, nobody.uid, nobody.gid)
  log('Making a new database cluster.')
  try {
    await promisify(execFile)(join(binaries, 'initdb'), [
      '-D', made, '-U', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8',
      // Its own Unicode rules: the same order on every machine, whatever locales that has.
      '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--text-search-config', 'english',
      ...(sync ? [] : ['--no-sync']),
    ], { cwd: home, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...serverAccount })
  }
  catch (error) {
    throw new Error(`initdb failed: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
  finally {
    rmSync(passwordFile, { force: true })
  }
  rmSync(join(home, 'replica'), { recursive: true, force: true })
  if (replica) await seedFresh(made, join(home, 'replica'))
  renameSync(made, join(home, 'primary'))
}
