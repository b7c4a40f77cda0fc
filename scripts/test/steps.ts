import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from '../../tests/projects.ts'
import { ensureBuilt } from '../launch/build.ts'
import { projectDir, tools } from '../launch/project.ts'
import { runProgram } from './run-program.ts'
import type { RunReport } from './reporter.ts'
import { tallyRun, type Tally } from './tally.ts'

/** Runs a step, then tells in one line how it went and how long it took. */
export async function step(title: string, task: () => Promise<Tally>): Promise<Tally> {
  const from = performance.now()
  console.log(`\n── ${title}`)
  const tally = await task()
  const { passed, failures } = tally
  const counts = passed + failures.length > 1 ? `${passed} passed, ${failures.length} failed` : ''
  console.log(`${failures.length === 0 ? '✓' : '✗'} ${title.padEnd(24)} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s   ${counts}`)
  return tally
}

/** One of package.json's scripts; counts as one test. */
export async function npmScript(name: string): Promise<Tally> {
  const { npm_execpath: npm } = process.env
  const args = ['run', name, '--silent']
  const code = npm ? await runProgram(process.execPath, [npm, ...args], { besideOthers: true }) : await runProgram('npm', args, { besideOthers: true })
  return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`${name}: exit code ${code}`] }
}

/** What lint, typecheck and vitest read from .nuxt; only its failure counts. */
export async function prepareTypes(): Promise<Tally> {
  const code = await runProgram(process.execPath, [tools.nuxt, 'prepare'])
  return { passed: 0, failures: code === 0 ? [] : [`nuxt prepare: exit code ${code}`] }
}

/** Counts as one test. */
export async function build(): Promise<Tally> {
  try {
    if (!await ensureBuilt(line => console.log(line))) console.log('The last build is that of the present sources.')
    return { passed: 1, failures: [] }
  }
  catch (error) {
    return { passed: 0, failures: [error instanceof Error ? error.message.split(':\n')[0] ?? '' : String(error)] }
  }
}

let runs = 0

interface VitestRun {
  /** The projects to run, by name; all that `args` select when left out. */
  projects?: readonly TestProject[]
  args?: string[]
  env?: NodeJS.ProcessEnv
  besideOthers?: boolean
}

/** Runs vitest. A file of `projects` that did not run is a failure. */
export async function vitest({ projects = [], args = [], env = {}, besideOthers = false }: VitestRun): Promise<Tally> {
  const report = join(projectDir, `test-results/vitest-${++runs}.json`)
  mkdirSync(join(report, '..'), { recursive: true })
  rmSync(report, { force: true })
  const selected = projects.flatMap(({ name }) => ['--project', name])
  const reporters = ['--reporter=default', `--reporter=${join(projectDir, 'scripts/test/reporter.ts')}`]
  const exitCode = await runProgram(process.execPath, [tools.vitest, 'run', ...selected, ...args, ...reporters], { env: { ...env, TEST_REPORT: report }, besideOthers })
  if (!existsSync(report)) return { passed: 0, failures: [`vitest: exit code ${exitCode} and no report`] }
  const selective = args.some(arg => /^(-t|--testNamePattern)/.test(arg))
  const tally = tallyRun(JSON.parse(readFileSync(report, 'utf8')) as RunReport, exitCode, selective)
  const ran = new Set(tally.files?.map(({ file }) => file))
  const left = projects.flatMap(({ files }) => files).filter(file => !ran.has(file))
  return { ...tally, failures: [...tally.failures, ...left.map(file => `${file}: it did not run`)] }
}

/** The tests of docker-compose.yml. Needs a Docker engine. */
export const compose = (): Promise<Tally> => vitest({ args: ['--project', 'compose'], env: { COMPOSE_TESTS: '1' } })
