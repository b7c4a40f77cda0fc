import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { needsOf } from '../../scripts/test/needs.ts'
import { selectedBy } from '../../scripts/test/selection.ts'
import { type TestProject, testProjects } from '../projects.ts'
import { filesBelow, read } from './source-files.ts'

const testFiles = filesBelow('tests', '.test.ts').filter(file => !file.startsWith('tests/compose/'))
const projectNamed = (name: string): TestProject => testProjects.find(project => project.name === name)!
const needsOfFile = (file: string) => [...needsOf([{ files: [file] }])].toSorted()

describe('the projects', () => {
  test('have every test file once', () => {
    expect(testProjects.flatMap(({ files }) => files).toSorted()).toEqual(testFiles.toSorted())
  })

  test('leave alone each file that sets a fault of the shared sandbox', () => {
    const setting = testFiles.filter(file => /^tests\/(?:integration|e2e)\//.test(file) && /\bshop\.faults\(/.test(read(file)))
    expect(setting.length).toBeGreaterThan(5)
    expect(setting.filter(file => !projectNamed('alone').files.includes(file))).toEqual([])
  })
})

test('the jobs of the workflow run every test file between them', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as { jobs: Record<string, { steps: { run?: string }[] }> }
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = '' }) => /^npm test -- (.+)$/.exec(run)?.[1] ?? []))
  const run = commands.flatMap(command => selectedBy(command.replaceAll(/\$\{\{.*?\}\}/g, '1').split(' '), testProjects)).flatMap(({ files }) => files)
  expect(run.toSorted()).toEqual(testFiles.toSorted())
})

describe('what a file needs', () => {
  test.each([
    ['tests/unit/money.test.ts', ['types']],
    ['tests/unit/observability.test.ts', ['promtool', 'types']],
    ['tests/contract/rate-limiter.test.ts', ['redis', 'types']],
    ['tests/contract/mailer.test.ts', ['types']],
    ['tests/fault/edge.test.ts', ['build', 'nginx', 'redis', 'types']],
    ['tests/e2e/html.test.ts', ['java', 'types']],
  ])('%s: %j', (file, needs) => {
    expect(needsOfFile(file)).toEqual(needs)
  })

  test('of a project includes what its files share', () => {
    expect([...needsOf([{ files: ['tests/integration/keyset.test.ts'], shares: 'shop' }])].toSorted()).toEqual(['build', 'redis', 'types'])
  })

  test('of the fast projects is no browser, no Java and no build', () => {
    const needs = needsOf(['unit', 'architecture', 'contract'].map(projectNamed))
    for (const need of ['build', 'chromium', 'java'] as const) expect(needs).not.toContain(need)
  })
})

describe('a selection', () => {
  const names = (...args: string[]) => selectedBy(args, testProjects).map(({ name, files }) => [name, files.length])

  test('is by file, by project, or both', () => {
    expect(names('tests/unit/money.test.ts')).toEqual([['unit', 1]])
    expect(names('--project', 'unit')).toEqual([['unit', projectNamed('unit').files.length]])
    expect(names('--project=fault', 'promotion', '-t', 'unit')).toEqual([['fault', 1]])
    expect(names('no-such-file')).toEqual([])
  })
})
