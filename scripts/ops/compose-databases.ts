// The two Postgres servers of the compose project, reached by programs inside their containers: their ports are not open.
import { createReadStream } from 'node:fs'
import type { BackupSource } from './backup.ts'
import { askComposeAgent } from './compose-fleet.ts'
import { type DatabaseServer, stateOf } from './database-server.ts'
import { compose, streamFrom } from './docker.ts'
import { edgeInstances } from './edge.ts'
import { untilTrue } from './refusal.ts'
import type { RestoreTarget } from './restore.ts'

const services = ['postgres-primary', 'postgres-replica'] as const
const separator = '\u001F'

export function composeServers(): DatabaseServer[] {
  return services.map(name => ({
    name,
    async query(statement) {
      const text = await compose(['exec', '-T', '-u', 'postgres', name, 'psql', '-XqAt', '-F', separator, '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', 'shop', '-c', statement])
      return text.split('\n').slice(0, -1).map(line => line.split(separator))
    },
    async fence() {
      // Down it stays, also after a restart of the engine, until somebody starts it: it then comes back as a standby.
      await compose(['stop', name])
    },
  }))
}

/** pg_basebackup in the server's own container, to its output: nothing is written there. */
export const composeBackup = (): BackupSource => ({
  servers: composeServers(),
  from: 'standby',
  archive: async ({ name }) => streamFrom(['exec', '-T', '-u', 'postgres', '-e', 'PGPASSFILE=/tmp/pgpass', name, 'pg_basebackup', '-h', '127.0.0.1', '-U', 'replicator', '-w', '-D', '-', '-F', 'tar', '-X', 'fetch', '-c', 'fast', '-z']),
})

/** Unpacked beside what is there, and moved when it is whole. A recovery that is asked for ends on a timeline of its own. */
const unpack = `set -e
rm -rf "$PGDATA.restored"; mkdir -m 700 "$PGDATA.restored"
tar -xzf - -C "$PGDATA.restored"
rm -f "$PGDATA.restored/standby.signal"; touch "$PGDATA.restored/recovery.signal"
echo "restore_command = 'false'" >> "$PGDATA.restored/postgresql.auto.conf"
rm -rf "$PGDATA.before-restore"; if [ -e "$PGDATA" ]; then mv "$PGDATA" "$PGDATA.before-restore"; fi
mv "$PGDATA.restored" "$PGDATA"`

export function composeRestore(): RestoreTarget {
  const servers = composeServers()
  const [primary, standby] = servers as [DatabaseServer, DatabaseServer]
  let running: string[] = []
  const inVolumeOf = (name: string, script: string, archive?: string) =>
    compose(['run', '--rm', '--no-deps', '-T', '--entrypoint', 'sh', name, '-c', script], archive === undefined ? {} : { input: createReadStream(archive) })
  const asks = (server: DatabaseServer, what: 'primary' | 'standby') => async () => (await stateOf(server))?.role === what
  return {
    postgres: async () => Number(/\d+/.exec(await compose(['run', '--rm', '--no-deps', '-T', '--entrypoint', 'postgres', primary.name, '--version']).then(text => text.replace(/^.*?\)\s*/, '')))![0]),
    async stopShop() {
      running = (await compose(['--profile', 'next', 'ps', '--services', '--status', 'running'])).split('\n').filter(service => ['web', 'web-next', 'worker'].includes(service))
      await compose(['--profile', 'next', 'stop', 'web', 'web-next', 'worker'])
    },
    async stopDatabases() {
      await compose(['stop', ...services])
    },
    async replaceData(archive) {
      await inVolumeOf(primary.name, unpack, archive)
      await inVolumeOf(standby.name, 'rm -rf "$PGDATA"')
    },
    async startDatabases() {
      await compose(['up', '-d', '--no-deps', primary.name])
      await untilTrue(`${primary.name} has recovered`, asks(primary, 'primary'), { withinMs: 600_000, everyMs: 500 })
      await primary.query('alter system reset restore_command')
      await compose(['up', '-d', '--no-deps', standby.name])
      await untilTrue(`${standby.name} follows`, asks(standby, 'standby'), { withinMs: 600_000, everyMs: 500 })
    },
    async forgetQueues() {
      for (const name of ['redis-queue', 'redis-cache']) await compose(['exec', '-T', name, 'redis-cli', 'flushall'])
    },
    async startShop() {
      await compose(['--profile', 'next', 'start', ...(running.length > 0 ? running : ['worker', 'web'])])
      await untilTrue('A web instance serves', async () => (await edgeInstances(askComposeAgent)).instances.some(one => one.ready), { withinMs: 300_000, everyMs: 500 })
      // What the balancer keeps is of the future that has just been undone.
      await askComposeAgent('POST', '/purge', { tags: null })
    },
  }
}
