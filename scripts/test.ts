// Everything that is checked, in one command. `npm test -- <filter>` runs vitest alone, with that filter.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isBuilt } from './launch/build.ts'
import { projectDir } from './launch/project.ts'
import { engineAnswers } from './test/engine.ts'
import { prepareMachine } from './test/machine.ts'
import { build, npmScript, prepareTypes, step, vitest } from './test/steps.ts'
import type { Tally } from './test/tally.ts'

const filter = process.argv.slice(2)
const tallies: Tally[] = []

try {
  const env = await prepareMachine()
  if (filter.length > 0) {
    if (!existsSync(join(projectDir, '.nuxt'))) tallies.push(await step('prepare', prepareTypes))
    if (!isBuilt()) console.log('The build is not that of the present sources; tests that need one want `npm run build` first.')
    tallies.push(await step('vitest', () => vitest(filter, env)))
  }
  else {
    tallies.push(await step('prepare', prepareTypes))
    tallies.push(await step('lint', () => npmScript('lint')))
    tallies.push(await step('typecheck', () => npmScript('typecheck')))
    const built = await step('build', build)
    tallies.push(built)
    tallies.push(await step('vitest', () => vitest([], env, { built: built.failures.length === 0, secondLook: true })))
    if (engineAnswers()) tallies.push(await step('compose', () => vitest(['--project', 'compose'], { ...env, COMPOSE_TESTS: '1' }, { secondLook: true })))
    else console.log('\ndocker-compose.yml was not run, as no Docker engine answers here; its unit test ran.')
  }
}
catch (error) {
  tallies.push({ passed: 0, failures: [error instanceof Error ? error.message : String(error)] })
}

const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
const failures = tallies.flatMap(tally => tally.failures)
if (failures.length > 0) console.log(`\nFailed:\n${failures.map(failure => `  ✗ ${failure}`).join('\n')}`)
console.log(`\n${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 ? 1 : 0
