// `npm run test:long`: the tests that have a long form, in it. What they show in short is part of `npm test`.
import { testProjects } from '../../tests/projects.ts'
import { prepareMachine } from './machine.ts'
import { importing, needsOf } from './needs.ts'
import { printVerdict } from './verdict.ts'
import { build, prepareTypes, step, vitest } from './steps.ts'

const projects = testProjects
  .map(project => ({ ...project, files: importing('tests/harness/long.ts', project.files) }))
  .filter(({ files }) => files.length > 0)
const env = { ...await prepareMachine(needsOf(projects)), TEST_LONG: '1' }
const tallies = [await step('prepare', prepareTypes), await step('build', build)]
for (const project of projects) tallies.push(await step(project.name, () => vitest({ projects: [project], args: project.files, env })))
printVerdict(tallies)
