import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chownSync, createReadStream, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Redis } from 'ioredis'
import { copyWithLog } from '../../scripts/launch/postgres-standby.ts'
import { serverAccount } from '../../scripts/launch/server-account.ts'
import type { Child } from '../../scripts/launch/child.ts'
import { type BackupSource, describeServer } from '../../scripts/ops/backup.ts'
import { type DatabaseServer, serverAt } from '../../scripts/ops/database-server.ts'
import type { RestoreTarget } from '../../scripts/ops/restore.ts'
import type { Fleet, Instance, Service } from '../../scripts/ops/rollout.ts'
import type { Stack } from './stack.ts'

/** The commands of `npm run ops` on processes of this machine: what they do in containers, done to a stack of the tests. */
export function localServers({ cluster }: Pick<Stack, 'cluster'>): DatabaseServer[] {
  return (['primary', 'replica'] as const).map(name => serverAt({ name, adminUrl: cluster[name]!.adminUrl, fence: () => cluster[name]!.stop() }))
}

/** The binaries bring no pg_basebackup, and a standby has no backup functions without it: a copy of the primary. */
export const localBackup = (stack: Stack): BackupSource => ({
  servers: localServers(stack),
  from: 'primary',
  async archive() {
    const { primary } = stack.cluster
    const copy = `${primary.dataDir}.copy`
    await copyWithLog(primary.adminUrl, primary.dataDir, copy)
    const tar = spawn('tar', ['-czf', '-', '-C', copy, '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(tar, 'close')
    return Readable.from((async function* () {
      for await (const chunk of tar.stdout) yield chunk as Buffer
      const [code] = await ended
      await rm(copy, { recursive: true })
      if (code !== 0) throw new Error(`tar ended with ${code}`)
    })())
  },
})

function own(path: string): void {
  if (serverAccount.uid !== undefined) chownSync(path, serverAccount.uid, serverAccount.gid!)
}

export function localRestore(stack: Stack, version: Promise<number>): RestoreTarget {
  const { cluster, webs, workers } = stack
  return {
    postgres: () => version,
    stopShop: async () => void await Promise.all([...webs, ...workers].map(child => child.stop())),
    async stopDatabases() {
      await cluster.replica!.stop()
      await cluster.primary.stop()
    },
    async replaceData(archive) {
      const { dataDir } = cluster.primary
      const made = `${dataDir}.restored`
      mkdirSync(made, { mode: 0o700 })
      own(made)
      const tar = spawn('tar', ['-xzf', '-', '-C', made, '--no-same-owner'], { stdio: ['pipe', 'inherit', 'inherit'], ...serverAccount })
      createReadStream(archive).pipe(tar.stdin)
      const [code] = await once(tar, 'close')
      if (code !== 0) throw new Error(`tar ended with ${code}`)
      writeFileSync(join(made, 'recovery.signal'), '', { mode: 0o600 })
      own(join(made, 'recovery.signal'))
      appendFileSync(join(made, 'postgresql.auto.conf'), 'restore_command = \'false\'\n')
      if (existsSync(dataDir)) renameSync(dataDir, `${dataDir}.before-restore`)
      renameSync(made, dataDir)
      await rm(cluster.replica!.dataDir, { recursive: true, force: true })
    },
    async startDatabases() {
      await cluster.primary.start()
      await localServers(stack)[0]!.query('alter system reset restore_command')
      await cluster.seedReplica('a backup was restored')
    },
    async forgetQueues() {
      for (const server of [stack.queue!, stack.cache!]) {
        const redis = new Redis(server.url)
        await redis.flushall()
        redis.disconnect()
      }
    },
    async startShop() {
      for (const url of stack.urls) await stack.startWeb(Number(new URL(url).port))
      for (const _ of workers) await stack.startWorker()
    },
  }
}

/** Asked while it is there: afterwards there may be nobody to ask. */
export const localVersion = async (stack: Stack) => (await describeServer(localServers(stack)[0]!)).postgres

/** Processes instead of containers. `backends` is what the balancer goes by, as it stands. */
export function localFleet({ stack, backends, failures, envOf }: { stack: Stack, backends: string[], failures: () => number, envOf: (release: string) => Record<string, string> }): Fleet & { pids(): number[] } {
  const known = new Map<string, Instance & { child: Child, url: string | null }>()
  const add = (service: Service, release: string, child: Child, url: string | null): Instance => {
    const instance = { id: String(child.pid), service, release }
    known.set(instance.id, { ...instance, child, url })
    if (url) backends.push(url)
    return instance
  }
  stack.webs.forEach((child, index) => add('web', 'old', child, stack.urls[index]!))
  stack.workers.forEach(child => add('worker', 'old', child, null))
  return {
    list: async () => [...known.values()].map(({ id, service, release }) => ({ id, service, release })),
    async start(service, release) {
      if (service === 'worker') return add(service, release, await stack.startWorker(envOf(release)), null)
      const { child, url } = await stack.startWeb(undefined, envOf(release))
      return add(service, release, child, url)
    },
    async isReady({ id }) {
      const { url, service } = known.get(id)!
      return service === 'worker' || (await fetch(`${url}/api/health/ready`)).status === 200
    },
    async retire({ id }) {
      const { child, url } = known.get(id)!
      process.kill(child.pid, 'SIGTERM')
      await child.ending
      if (url) backends.splice(backends.indexOf(url), 1)
      known.delete(id)
    },
    failures,
    pids: () => [...known.keys()].map(Number),
  }
}
