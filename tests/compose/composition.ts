// A run of docker-compose.yml of its own: project, passwords, ports and network are nobody else's, and nothing is left behind.
import { execFile, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { freePort } from '../../scripts/launch/ports.ts'
import { projectDir } from '../../scripts/launch/project.ts'

const run = promisify(execFile)

export interface Composition {
  proxyUrl: string
  mailUrl: string
  sandboxUrl: string
  /** Either may be the primary. */
  databaseUrls: { primaryUrl: string, replicaUrl: string }
  prometheusUrl: string
  env: NodeJS.Dict<string>
  /** A folder that goes with it. */
  folder: string
  /** `docker compose …` in this project; resolves to what it printed. @throws with its last words when it fails */
  compose(...args: string[]): Promise<string>
  /** Names of the containers of a service that exist, running or not. */
  containers(service: string): Promise<string[]>
  /** SIGKILL for these containers; they stay down until they are started. */
  kill(...containers: string[]): Promise<void>
  start(...containers: string[]): Promise<void>
  /** `npm run ops -- …` on this project; resolves to what it said. @throws with that when it fails */
  ops(...args: string[]): Promise<string>
  /** The tag of the image that the run starts with. */
  release: string
  /** Gives that image a second name, as another release would have. */
  nameRelease(tag: string): Promise<void>
  /** What the running containers of these services are made of, one for each. */
  images(...services: string[]): Promise<string[]>
  remove(): Promise<void>
}

async function docker(args: string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: projectDir, maxBuffer: 64e6, env: { ...process.env, ...env } }).catch((error: Error & { stderr?: string }) => {
    throw new Error(`docker ${args.slice(0, 12).join(' ')}: ${error.stderr?.trim().split('\n').slice(-12).join('\n') ?? error.message}`)
  })
  return stdout
}

/** Makes passwords and chooses ports; starts nothing. */
export async function describeComposition(): Promise<Composition> {
  const folder = mkdtempSync(join(tmpdir(), 'monolith-compose-'))
  const envFile = join(folder, 'env')
  spawnSync('sh', [join(projectDir, 'deploy/make-env.sh'), envFile])
  const tag = process.env.COMPOSE_IMAGE_TAG ?? 'test'
  const [proxy, mail, sandbox, database, replica, prometheus] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort(), await freePort()]
  appendFileSync(envFile, [
    `PROXY_PORT=${proxy}`, `MAILPIT_PORT=${mail}`, `TEST_SANDBOX_PORT=${sandbox}`, `TEST_DATABASE_PORT=${database}`, `TEST_REPLICA_PORT=${replica}`,
    `PROMETHEUS_PORT=${prometheus}`,
    `SUBNET=10.213.${process.pid % 250}`, `IMAGE_TAG=${tag}`, '',
  ].join('\n'))
  const project = `monolith-test-${process.pid}`
  const env = parseEnv(readFileSync(envFile, 'utf8'))
  const compose = (...args: string[]) => docker(['compose', '--project-name', project, '--env-file', envFile, '-f', 'docker-compose.yml', '-f', 'tests/compose/published.yml', ...args])
  return {
    proxyUrl: `http://127.0.0.1:${proxy}`,
    mailUrl: `http://127.0.0.1:${mail}`,
    sandboxUrl: `http://127.0.0.1:${sandbox}`,
    databaseUrls: { primaryUrl: `postgres://shop:${env.SHOP_DB_PASSWORD}@127.0.0.1:${database}/shop`, replicaUrl: `postgres://shop:${env.SHOP_DB_PASSWORD}@127.0.0.1:${replica}/shop` },
    prometheusUrl: `http://127.0.0.1:${prometheus}`,
    env,
    folder,
    compose,
    containers: async service => (await compose('ps', '-a', '--format', '{{.Name}}', service)).split('\n').filter(Boolean),
    kill: async (...containers) => void await docker(['kill', ...containers]),
    start: async (...containers) => void await docker(['start', ...containers]),
    async ops(...args) {
      const { stdout } = await run(process.execPath, [join(projectDir, 'scripts/ops.ts'), ...args], {
        cwd: projectDir,
        env: { ...process.env, COMPOSE_PROJECT_NAME: project, COMPOSE_FILE: 'docker-compose.yml:tests/compose/published.yml', COMPOSE_ENV_FILES: envFile },
      }).catch((error: Error & { stdout?: string, stderr?: string }) => {
        throw new Error(`ops ${args.join(' ')}: ${error.stdout ?? ''}${error.stderr ?? error.message}`)
      })
      return stdout
    },
    release: tag,
    images: async (...services) => (await docker(['inspect', '--format', '{{.Config.Image}}', ...(await compose('ps', '-q', ...services)).split('\n').filter(Boolean)])).trim().split('\n'),
    nameRelease: async release => void await docker(['tag', `monolith-supply:${tag}`, `monolith-supply:${release}`]),
    async remove() {
      await compose('--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '2')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Memory of all containers of the project in megabytes, as the engine counts it. */
export async function memoryMb({ compose }: Pick<Composition, 'compose'>): Promise<number> {
  const ids = (await compose('ps', '-q')).split('\n').filter(Boolean)
  const lines = (await docker(['stats', '--no-stream', '--format', '{{.MemUsage}}', ...ids])).split('\n').filter(Boolean)
  const bytes = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }
  return Math.round(lines.reduce((sum, line) => {
    const [, number = '0', unit = 'B'] = /^([\d.]+)(B|KiB|MiB|GiB)/.exec(line) ?? []
    return sum + Number(number) * bytes[unit as keyof typeof bytes]
  }, 0) / 1e6)
}
