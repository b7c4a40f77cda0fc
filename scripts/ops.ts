// What operators do with a running shop. Each command is in scripts/ops/; this reads the call and tells how it went.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { takeBackup } from './ops/backup.ts'
import { checkMigrations } from './ops/check-migrations.ts'
import { type Command, readCommand, usage } from './ops/command-line.ts'
import { composeBackup, composeRestore, composeServers } from './ops/compose-databases.ts'
import { askComposeAgent } from './ops/compose-fleet.ts'
import { type DatabaseServer, serverAt } from './ops/database-server.ts'
import { changeRelease, deploy } from './ops/deploy.ts'
import { compose } from './ops/docker.ts'
import { promote } from './ops/promote.ts'
import { Refusal } from './ops/refusal.ts'
import { restoreBackup } from './ops/restore.ts'
import { statusLines } from './ops/status.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Servers that are reached by their address: their machine is somebody else's to stop. */
function namedServers([primary, replica]: [string, string], yes: boolean): DatabaseServer[] {
  return [primary, replica].map((adminUrl) => {
    const server = serverAt({
      name: new URL(adminUrl).host,
      adminUrl,
      async fence() {
        const alive = await server.query('select 1').then(() => true, () => false)
        if (alive) throw new Refusal(`${server.name} still takes writes, and this command cannot stop it. Stop its server first; nothing was changed.`)
        if (!yes) throw new Refusal(`${server.name} cannot be reached, which is not the same as stopped. Make sure that it is, then say --yes.`)
      },
    })
    return server
  })
}

const workerMetrics = () => compose(['exec', '-T', 'worker', 'node', '-e', 'fetch("http://127.0.0.1:3000/metrics").then(answer => answer.text()).then(console.log)'])

async function carryOut(command: Command): Promise<void> {
  const servers = command.urls ? namedServers(command.urls, command.yes) : composeServers()
  switch (command.name) {
    case 'status':
      return (await statusLines({ servers, ask: command.urls ? null : askComposeAgent, workerMetrics: command.urls ? null : workerMetrics })).forEach(say)
    case 'promote': {
      const { promoted, timeline, windowMs, receivedLsn, lostBytes } = await promote(servers, { yes: command.yes, say })
      say(`${promoted} is the primary, on timeline ${timeline}. Nothing could be saved for ${windowMs} ms; the shop follows within a second.`)
      say(lostBytes === null ? `The old primary could not be asked: what it had after ${receivedLsn} is lost.` : lostBytes === 0 ? 'Nothing was lost: it had all that the old primary had.' : `The old primary had ${lostBytes} bytes of log more, after ${receivedLsn}; they are lost.`)
      return say(command.urls ? 'The old one must come back as a standby, or not at all.' : `The old one comes back as its standby: docker compose up -d --no-deps ${servers.find(one => one.name !== promoted)!.name}`)
    }
    case 'backup': {
      const { folder, manifest } = await takeBackup(composeBackup(), resolve(command.folder))
      say(`${folder}: ${(manifest.bytes / 1e6).toFixed(1)} MB from ${manifest.takenFrom}.`)
      return say(`What is committed after ${manifest.startedAt} may not be in it. Keep it on another machine.`)
    }
    case 'restore': {
      const { manifest, tookMs } = await restoreBackup(composeRestore(), resolve(command.folder), { yes: command.yes, say })
      say(`The shop is back at ${manifest.finishedAt}, after ${Math.round(tookMs / 1_000)} s. What was committed since is lost.`)
      return say('The data that was there is kept beside it, in the volume, as pgdata.before-restore; remove it when you are sure.')
    }
    case 'deploy': return deploy(command.tag, say)
    case 'check-migrations': {
      const folder = resolve(command.folder)
      const names = readdirSync(folder).filter(name => name.endsWith('.sql'))
      const findings = checkMigrations(names.map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') })))
      for (const { migration, line, problem, instead } of findings) say(`${migration}:${line}: ${problem}.\n  ${instead}`)
      if (findings.length > 0) throw new Refusal('The version that runs now could not live with that.')
      return say(`${names.length} migrations: the version before each can live with them.`)
    }
    default: return changeRelease(command, say)
  }
}

const command = readCommand(process.argv.slice(2))
if (command === null) say(usage)
else if (typeof command === 'string') {
  process.stderr.write(`${command}\n\n${usage}\n`)
  process.exitCode = 2
}
else {
  await carryOut(command).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
