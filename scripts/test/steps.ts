import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { testProjects } from '../../tests/projects.ts'
import { ensureBuilt } from '../launch/build.ts'
import { projectDir, tools } from '../launch/project.ts'
import { runProgram } from './run-program.ts'
import { filesForSecondLook, tallyVitest, type Tally, type VitestReport, withSecondLook } from './tally.ts'

/** Runs a step, then tells in one line how it went and how long it took. */
export async function step(title: string, task: () => Promise<Tally>): Promise<Tally> {
  const from = performance.now()
  console.log(`\n── ${title}`)
  const tally = await task()
  const { passed, failures } = tally
  const counts = passed + failures.length > 1 ? `${passed} passed, ${failures.length} failed` : ''
  console.log(`${failures.length === 0 ? '✓' : '✗'} ${title.padEnd(12)} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s   ${counts}`)
  return tally
}

/** One of package.json's scripts; counts as one test. */
export async function npmScript(name: string): Promise<Tally> {
  const { npm_execpath: npm } = process.env
  const code = npm ? await runProgram(process.execPath, [npm, 'run', name, '--silent']) : await runProgram('npm', ['run', name, '--silent'])
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

/** Vitest with these arguments; a few files that failed get a second look if wanted, of which is told. Without a build, the projects that need one are failures of their own. */
export async function vitest(args: string[], env: NodeJS.ProcessEnv, { built = true, secondLook = false } = {}): Promise<Tally> {
  const report = join(projectDir, 'test-results/vitest.json')
  const runnable = testProjects().filter(project => built || !project.needsBuild)
  const left = testProjects().filter(project => !runnable.includes(project)).map(({ name }) => `${name}: not run, as there is no build`)
  if (runnable.length === 0) return { passed: 0, failures: left.length > 0 ? left : ['there are no tests'] }
  async function run(which: string[]): Promise<{ exitCode: number, found: VitestReport | null }> {
    rmSync(report, { force: true })
    const exitCode = await runProgram(process.execPath, [tools.vitest, 'run', ...which, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], env)
    return { exitCode, found: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) as VitestReport : null }
  }
  let { exitCode, found } = await run([...args, ...(left.length > 0 ? runnable.flatMap(({ name }) => ['--project', name]) : [])])
  if (!found) return { passed: 0, failures: [...left, `vitest: exit code ${exitCode} and no report`] }
  const again = secondLook ? filesForSecondLook(found) : []
  if (again.length > 0) {
    console.log(`\nA second look, alone, at:\n${again.map(file => `  ? ${file}`).join('\n')}`)
    const second = await run([...args, ...again])
    if (second.found) {
      found = withSecondLook(found, second.found)
      exitCode = second.exitCode
      if (exitCode === 0) console.log(`\nUnsteady, as it passed only the second time:\n${again.map(file => `  ? ${file}`).join('\n')}`)
    }
  }
  const selective = args.some(arg => /^(-t|--testNamePattern)/.test(arg))
  const { passed, failures } = tallyVitest(found, exitCode, selective)
  return { passed, failures: [...left, ...failures] }
}
