import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { isBuilt } from '../../scripts/launch/build.ts'
import { commandOf, identityOf } from '../../scripts/launch/process-tree.ts'
import { projectDir } from '../../scripts/launch/project.ts'
import { canReach, isRoot, serverAccount } from '../../scripts/launch/server-account.ts'
import { until } from './shopper.ts'

export interface DemoRun {
  npm: ChildProcess
  /** All that it has printed so far. */
  output(): string
}

/** Neither the sources nor the build of a fresh installation. */
const leftOut = new Set(['.git', '.data', '.nuxt', 'node_modules', 'test-results', 'coverage'])

/** A copy of the project with its build, owned by an account without rights, as if that account had installed it. */
export function copyProject() {
  if (!isBuilt()) throw new Error('The build is not that of the present sources, and the demo would make its own. Run `npm test`, which builds first.')
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'demo-copy-')))
  chmodSync(folder, 0o755)
  const project = join(folder, 'shop')
  cpSync(projectDir, project, { recursive: true, verbatimSymlinks: true, filter: source => dirname(source) !== projectDir || !leftOut.has(basename(source)) })
  const modules = realpathSync(join(projectDir, 'node_modules'))
  if (canReach(modules)) symlinkSync(modules, join(project, 'node_modules'))
  else cpSync(modules, join(project, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name))
  if (isRoot) execFileSync('chown', ['-R', '-h', `${serverAccount.uid}:${serverAccount.gid}`, folder])

  return {
    /** `npm run demo -- --port <port>`, and nothing of this process's environment but the way to programs. */
    start(port: number): DemoRun {
      const npm = spawn('npm', ['run', 'demo', '--', '--port', String(port)], {
        ...serverAccount,
        cwd: project,
        env: {
          PATH: [join(project, 'node_modules/.bin'), process.env.PATH].join(delimiter),
          HOME: join(folder, 'home'),
          TMPDIR: join(folder, 'tmp'),
          npm_config_cache: join(folder, 'home/.npm'),
          npm_config_update_notifier: 'false',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let text = ''
      for (const stream of [npm.stdout, npm.stderr]) stream.on('data', chunk => (text += chunk))
      return { npm, output: () => text }
    },
    processes: () => processesOf(folder),
    /** The launcher below npm and its shell. */
    launcher: () => processesOf(folder).find(pid => /^\S*node scripts\/demo\.ts/.test(commandOf(pid))),
    /** Resolves when nothing that was started from here lives any more. */
    untilGone: () => until(async () => processesOf(folder).map(pid => `${pid} ${commandOf(pid)}`), left => left.length === 0, { everyMs: 200 }),
    async remove() {
      for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
      await until(async () => processesOf(folder), left => left.length === 0)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Every living process whose directory, command or environment names the folder. */
function processesOf(folder: string): number[] {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n')
      .filter(line => line.includes(folder)).map(line => Number.parseInt(line))
  }
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)
    .filter(pid => identityOf(pid) !== null && (commandOf(pid).includes(folder) || mentions(pid, folder)))
}

function mentions(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)
  }
  catch {
    return false
  }
}

/** Waits for the box that says where the shop is. @throws with the whole output when the demo ends instead */
export async function untilOpen({ npm, output }: DemoRun): Promise<void> {
  const ended = once(npm, 'exit').then(([code]) => Promise.reject(new Error(`the demo ended with ${code}:\n${output()}`)))
  await Promise.race([until(async () => output(), text => text.includes('ready after'), { withinMs: 120_000 }), ended])
  ended.catch(() => {})
}
