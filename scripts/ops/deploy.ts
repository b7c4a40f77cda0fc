// Deploys on the compose project: the same image for a rolling one, web-next for a canary and for blue-green.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from '../launch/project.ts'
import type { Command } from './command-line.ts'
import { askComposeAgent, composeFleet, containersOf } from './compose-fleet.ts'
import { compose, docker } from './docker.ts'
import { edgeInstances, edgeRelease, nextRelease, setRelease } from './edge.ts'
import { Refusal, untilTrue } from './refusal.ts'
import { rollOut } from './rollout.ts'

/** The file that compose reads, which its own variable may name. */
const envFile = process.env.COMPOSE_ENV_FILES?.split(',')[0] || join(projectDir, '.env')

/** `text` with one variable set, at its place or at the end. */
export function withVariable(text: string, name: string, value: string): string {
  const line = `${name}=${value}`
  const pattern = new RegExp(`^${name}=.*$`, 'm')
  if (pattern.test(text)) return text.replace(pattern, () => line)
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}

/** So that the next `docker compose up` does not put the old image back. */
function remember(name: string, value: string): void {
  writeFileSync(envFile, withVariable(existsSync(envFile) ? readFileSync(envFile, 'utf8') : '', name, value), { mode: 0o600 })
}

async function migrate(tag: string, say: (line: string) => void): Promise<void> {
  // Compose would build what is not there, from whatever is checked out.
  await docker(['image', 'inspect', `monolith-supply:${tag}`]).catch(() => {
    throw new Refusal(`There is no image monolith-supply:${tag} here. Build or pull it first; nothing was changed.`)
  })
  say(`Migrating the database to what ${tag} expects; the running version goes on with it.`)
  await compose(['run', '--rm', '--no-deps', '-T', 'migrate'], { env: { IMAGE_TAG: tag } })
}

async function proxyUrl(): Promise<string> {
  const address = (await compose(['port', 'proxy', '8080'])).trim()
  return `http://${address.replace('0.0.0.0', '127.0.0.1')}`
}

/** @throws {Refusal} when it was not taken into service; the old release runs then */
export async function deploy(tag: string, say: (line: string) => void): Promise<void> {
  const { stable } = await edgeRelease(askComposeAgent)
  if (stable !== 'web') throw new Refusal(`${stable} serves now, and a rolling deploy replaces web. Go back with rollback, or switch once more.`)
  await migrate(tag, say)
  const fleet = composeFleet(await proxyUrl())
  try {
    const { replaced } = await rollOut(fleet, { release: tag, say })
    remember('IMAGE_TAG', tag)
    remember('APP_VERSION', tag)
    say(replaced === 0 ? `Every instance is of ${tag} already.` : `${replaced} instances are of ${tag} now; ${fleet.failures()} requests failed meanwhile.`)
  }
  finally {
    fleet.stopWatching()
  }
}

/** Starts web-next from the image and waits until the agent has it. */
async function startNext(tag: string, say: (line: string) => void): Promise<void> {
  const { stable, canary } = await edgeRelease(askComposeAgent)
  const running = (await containersOf('web-next')).filter(one => one.image.endsWith(`:${tag}`))
  if (stable === 'web-next' && running.length === 0) throw new Refusal('web-next serves everybody now and cannot be replaced. Let web take over: deploy this tag to it after rollback.')
  if (running.length > 0) return
  if (canary !== null) await setRelease(askComposeAgent, { stable, canary: null, canaryShare: 0 })
  await migrate(tag, say)
  say(`Starting web-next of ${tag}.`)
  await compose(['--profile', 'next', 'up', '-d', '--no-deps', '--no-build', 'web-next'], { env: { NEXT_IMAGE_TAG: tag, NEXT_APP_VERSION: tag } })
  remember('NEXT_IMAGE_TAG', tag)
  remember('NEXT_APP_VERSION', tag)
  await untilTrue('web-next is ready', async () => {
    const next = (await edgeInstances(askComposeAgent)).instances.filter(one => one.service === 'web-next')
    return next.length > 0 && next.every(one => one.ready)
  }, { withinMs: 120_000, everyMs: 500 })
}

/** Changes who gets which release. @throws {Refusal} when that makes no sense now, or the edge did not take it */
export async function changeRelease({ name, tag, share }: Command, say: (line: string) => void): Promise<void> {
  const command = name as Parameters<typeof nextRelease>[0]
  const starts = command === 'canary' || command === 'switch'
  if (starts) await startNext(tag, say)
  const release = nextRelease(command, await edgeRelease(askComposeAgent), share)
  await setRelease(askComposeAgent, release)
  say(release.canary ? `${release.canary} gets ${release.canaryShare} % of the browsers, ${release.stable} the others.` : `${release.stable} gets everybody.`)
  if (command === 'canary end') {
    await compose(['--profile', 'next', 'stop', 'web-next'])
    say('web-next is stopped.')
  }
}
