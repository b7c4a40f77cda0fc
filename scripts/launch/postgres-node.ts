// One Postgres server of the cluster: a postmaster that can be started, stopped, killed and frozen any number of times.
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { lastLines, openLog } from './log-tail.ts'
import { endOrphan } from './postgres-orphan.ts'
import { freezeTree, killTree, resumeTree, signal } from './process-tree.ts'
import { serverAccount } from './server-account.ts'
import { guard, release } from './watchdog.ts'

type StopMode = 'smart' | 'fast' | 'immediate'

export interface PostgresNode {
  /** Of the postmaster; 0 while it is not running. */
  readonly pid: number
  readonly port: number
  readonly dataDir: string
  /** As the shop's own role, which owns its database and is no superuser. */
  readonly url: string
  /** As superuser, in the same database. */
  readonly adminUrl: string
  /** Resolves once this very server answers queries. @throws with its last log lines when it dies or takes over 60 s */
  start(): Promise<void>
  /** `fast` (the default) ends sessions and writes a checkpoint, `immediate` leaves recovery to the next start. */
  stop(mode?: StopMode): Promise<void>
  /** kill -9 for the postmaster and all its children at once. */
  kill(): Promise<void>
  /** SIGSTOP for the whole tree: connections stay open and nothing answers any more. */
  freeze(): void
  resume(): void
}

interface NodeOptions {
  name: 'primary' | 'replica'
  binaries: string
  dataDir: string
  logFile: string
  port: number
  settings: Record<string, string>
  url: string
  adminUrl: string
  onDeath: (name: string, lastLines: string[]) => void
}

const stopSignals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const

/** Describes a server; `start` runs it. */
export function createPostgresNode(options: NodeOptions): PostgresNode {
  let child: ChildProcess | undefined
  let expectedToEnd = false

  async function start(): Promise<void> {
    if (child) throw new Error(`The ${options.name} is running already.`)
    await endOrphan(options.dataDir)
    const log = openLog(options.logFile)
    const flags = Object.entries({ ...options.settings, port: String(options.port) }).flatMap(([key, value]) => ['-c', `${key}=${value}`])
    const started = spawn(join(options.binaries, 'postgres'), ['-D', options.dataDir, ...flags], {
      stdio: ['ignore', log, log],
      // A session of its own: Ctrl-C in the terminal reaches the launcher alone, which stops its servers in order.
      detached: true,
      cwd: options.dataDir,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      ...serverAccount,
    })
    closeSync(log)
    child = started
    expectedToEnd = false
    const { pid } = started
    if (pid) guard({ pid, signal: 'SIGINT', graceMs: 8000 })
    let ready = false
    const ended = new Promise<never>((_, reject) => {
      const onEnd = (reason: string): void => {
        if (pid) release(pid)
        if (child === started) child = undefined
        if (ready && !expectedToEnd) options.onDeath(`Postgres ${options.name}`, lastLines(options.logFile))
        reject(new Error([`The Postgres ${options.name} ended while starting (${reason}):`, ...lastLines(options.logFile)].join('\n')))
      }
      started.once('error', error => onEnd(error.message)).once('exit', (code, name) => onEnd(name ?? `exit code ${code}`))
    })
    ended.catch(() => {})
    await Promise.race([untilReady(options), ended])
    ready = true
  }

  async function end(send: (pid: number) => void, graceMs: number): Promise<void> {
    const ending = child
    if (!ending?.pid) return
    expectedToEnd = true
    const exited = new Promise<void>(resolve => ending.once('exit', () => resolve()))
    send(ending.pid)
    const force = setTimeout(() => void killTree(ending.pid ?? 0), graceMs)
    await exited
    clearTimeout(force)
  }

  return {
    get pid() { return child?.pid ?? 0 },
    port: options.port,
    dataDir: options.dataDir,
    url: options.url,
    adminUrl: options.adminUrl,
    start,
    stop: (mode = 'fast') => end((pid) => {
      resumeTree(pid)
      signal(pid, stopSignals[mode])
    }, 15_000),
    kill: async () => {
      let killed: Promise<void> | undefined
      await end((pid) => {
        killed = killTree(pid)
      }, 15_000)
      await killed
    },
    freeze: () => child?.pid && freezeTree(child.pid),
    resume: () => child?.pid && resumeTree(child.pid),
  }
}

/** The same connection string for another database of that server. */
export function inDatabase(name: string, url: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

/** Ready means that *this* server answers: another one may hold the port, and it would accept connections too. */
async function untilReady({ name, dataDir, adminUrl, logFile }: NodeOptions): Promise<void> {
  const expected = realpathSync(dataDir)
  let reason = ''
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(25)) {
    const client = new pg.Client({ connectionString: inDatabase('postgres', adminUrl), connectionTimeoutMillis: 2000, query_timeout: 2000 })
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows: [row] } = await client.query<{ folder: string, standby: boolean }>(
        'select current_setting(\'data_directory\') as folder, pg_is_in_recovery() as standby',
      )
      if (row?.folder === expected && (name === 'primary') !== row.standby) return
      reason = `the port is held by the server of ${row?.folder}`
    }
    catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    finally {
      await client.end().catch(() => {})
    }
  }
  throw new Error([`The Postgres ${name} was not ready within 60 s (${reason}):`, ...lastLines(logFile)].join('\n'))
}
