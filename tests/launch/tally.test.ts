import { expect, test } from 'vitest'
import type { FileReport, RunReport, TestReport } from '../../scripts/test/reporter.ts'
import { tallyRun } from '../../scripts/test/tally.ts'

const fileOf = (...states: TestReport['state'][]): FileReport => ({
  project: 'unit', file: 'a.test.ts', startedAt: 0, endedAt: 1, errors: [], tests: states.map(state => ({ name: `is ${state}`, state, durationMs: 1 })),
})
const report = (...files: FileReport[]): RunReport => ({ files, errors: [] })

test('a run counts what passed and names what failed', () => {
  expect(tallyRun(report(fileOf('passed', 'failed', 'passed')), 1, false)).toMatchObject({ passed: 2, failures: ['a.test.ts: is failed'] })
})

test.each(['skipped', 'pending'] as const)('a %s test is a failure, unless a name pattern left it out', (state) => {
  expect(tallyRun(report(fileOf('passed', state)), 0, false).failures).toEqual([`a.test.ts: is ${state} (${state})`])
  expect(tallyRun(report(fileOf('passed', state)), 0, true)).toMatchObject({ passed: 1, failures: [] })
})

test('a file that could not be loaded is a failure, and so is one without a test', () => {
  expect(tallyRun(report({ ...fileOf(), errors: ['Cannot find module'] }), 1, false).failures).toEqual(['a.test.ts: Cannot find module'])
  expect(tallyRun(report(fileOf()), 0, false).failures).toEqual(['a.test.ts: it has no test'])
})

test('an error outside of any test is a failure, and so is a run without tests', () => {
  expect(tallyRun({ ...report(fileOf('passed')), errors: ['a promise was rejected'] }, 1, false).failures).toEqual(['outside of any test: a promise was rejected'])
  expect(tallyRun(report(fileOf('passed')), 1, false).failures).toHaveLength(1)
  expect(tallyRun(report(), 0, false).failures).toEqual(['vitest ran no test'])
})
