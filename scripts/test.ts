// Everything that is checked, in one command. `npm test -- <filter or vitest options>` runs that part of it, and prepares only what
// that part needs. docs/testing.md explains both.
import { type TestProject, testProjects } from '../tests/projects.ts'
import { engineAnswers } from './test/engine.ts'
import { prepareMachine } from './test/machine.ts'
import { needsOf } from './test/needs.ts'
import { selectedBy } from './test/selection.ts'
import { build, compose, npmScript, prepareTypes, step, vitest } from './test/steps.ts'
import type { Tally } from './test/tally.ts'
import { printVerdict } from './test/verdict.ts'

type Lane = [title: string, task: () => Promise<Tally>]

const args = process.argv.slice(2)
const tallies: Tally[] = []
async function run(title: string, task: () => Promise<Tally>): Promise<Tally> {
  const tally = await step(title, task)
  tallies.push(tally)
  return tally
}
const named = (...names: string[]): TestProject[] => testProjects.filter(({ name, files }) => names.includes(name) && files.length > 0)

try {
  if (args.length > 0) await runPart(args)
  else await runAll()
}
catch (error) {
  tallies.push({ passed: 0, failures: [error instanceof Error ? error.message : String(error)] })
}

printVerdict(tallies)

async function runPart(args: string[]): Promise<void> {
  const projects = selectedBy(args, testProjects)
  const needs = needsOf(projects)
  const env = await prepareMachine(needs)
  await run('prepare', prepareTypes)
  if (needs.has('build')) await run('build', build)
  await run('vitest', () => vitest({ args, env }))
}

async function runAll(): Promise<void> {
  const env = await prepareMachine(needsOf(testProjects))
  await run('prepare', prepareTypes)
  // What is wrong in the sources shows first.
  await together(
    ['lint', () => npmScript('lint')],
    ['typecheck', () => npmScript('typecheck')],
    lane('unit', 'architecture', 'contract'),
  )
  const built = await run('build', build)
  if (built.failures.length > 0) return
  // One lane after another: on two cores more of them at once would not end sooner, and every wait in them would be longer.
  for (const names of [['integration', 'e2e'], ['alone'], ['launch', 'fault'], ['quiet']]) await together(lane(...names))
  if (engineAnswers()) await run('compose', compose)
  else console.log('\ndocker-compose.yml was not run, as no Docker engine answers here; its unit test ran.')

  function lane(...names: string[]): Lane {
    return [names.join(', '), () => vitest({ projects: named(...names), env, besideOthers: true })]
  }
}

async function together(...lanes: Lane[]): Promise<void> {
  await Promise.all(lanes.map(([title, task]) => run(title, task)))
}
