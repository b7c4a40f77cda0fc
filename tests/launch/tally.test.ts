import { expect, test } from 'vitest'
import { filesForSecondLook, tallyVitest, type VitestReport, withSecondLook } from '../../scripts/test/tally.ts'

const report = (...statuses: string[]): VitestReport => ({
  testResults: [{ name: 'a.test.ts', status: statuses.includes('failed') ? 'failed' : 'passed', assertionResults: statuses.map(status => ({ fullName: `is ${status}`, status })) }],
})

test('a run counts what passed and names what failed', () => {
  expect(tallyVitest(report('passed', 'failed', 'passed'), 1, false)).toEqual({ passed: 2, failures: ['a.test.ts: is failed'] })
})

test.each(['skipped', 'pending', 'todo'])('a %s test is a failure, unless a name pattern left it out', (status) => {
  expect(tallyVitest(report('passed', status), 0, false).failures).toEqual([`a.test.ts: is ${status} (${status})`])
  expect(tallyVitest(report('passed', status), 0, true)).toEqual({ passed: 1, failures: [] })
})

test('a file that could not be loaded is a failure', () => {
  const broken = { testResults: [{ name: 'b.test.ts', status: 'failed', message: 'Cannot find module\nat …', assertionResults: [] }] }
  expect(tallyVitest(broken, 1, false).failures).toEqual(['b.test.ts: Cannot find module'])
})

test('an error outside of any test is a failure, and so is a run without tests', () => {
  expect(tallyVitest(report('passed'), 1, false).failures).toHaveLength(1)
  expect(tallyVitest({ testResults: [] }, 0, false).failures).toEqual(['vitest ran no test'])
})

const fileOf = (name: string, ...statuses: string[]) => ({ ...report(...statuses).testResults[0]!, name })

test('a few files that failed are looked at again, and none of those that say "never"', () => {
  const steady = fileOf('/tests/unit/a.test.ts', 'passed')
  const shaken = fileOf('/tests/e2e/b.test.ts', 'passed', 'failed')
  const lost = { name: '/tests/fault/c.test.ts', status: 'failed', assertionResults: [] }
  expect(filesForSecondLook({ testResults: [steady, shaken, lost] })).toEqual([shaken.name, lost.name])
  expect(filesForSecondLook({ testResults: [shaken, fileOf('/tests/fault/races-stock.test.ts', 'failed')] })).toEqual([])
  expect(filesForSecondLook({ testResults: ['1', '2', '3', '4'].map(name => fileOf(name, 'failed')) })).toEqual([])
})

test('what the second look found stands', () => {
  const first = { testResults: [fileOf('a', 'passed'), fileOf('b', 'passed', 'failed')] }
  expect(tallyVitest(withSecondLook(first, { testResults: [fileOf('b', 'passed', 'passed')] }), 0, false)).toEqual({ passed: 3, failures: [] })
  expect(tallyVitest(withSecondLook(first, { testResults: [fileOf('b', 'failed', 'passed')] }), 1, false).failures).toEqual(['b: is failed'])
})
