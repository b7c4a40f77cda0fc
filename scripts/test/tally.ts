// Counts, so that nothing passes unnoticed: a skipped test, a file that could not be loaded, a project that did not run.

export interface Tally {
  passed: number
  /** One line for each failure. */
  failures: string[]
}

/** The parts of vitest's JSON report that are read here. */
export interface VitestReport {
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { fullName: string, status: string }[]
  }[]
}

/**
 * Adds up a vitest run. A test that is skipped or to do counts as failed, unless `selective`: a name pattern leaves out
 * the others on purpose.
 */
export function tallyVitest(report: VitestReport, exitCode: number, selective: boolean): Tally {
  const tests = report.testResults.flatMap(file => file.assertionResults.map(test => ({ file: file.name, ...test })))
  const failures = [
    ...tests.filter(test => test.status === 'failed').map(test => `${test.file}: ${test.fullName}`),
    ...(selective ? [] : tests.filter(test => !['passed', 'failed'].includes(test.status)).map(test => `${test.file}: ${test.fullName} (${test.status})`)),
    ...report.testResults.filter(file => file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed'))
      .map(file => `${file.name}: ${file.message?.split('\n')[0] || 'the file could not be run'}`),
  ]
  const passed = tests.filter(test => test.status === 'passed').length
  if (exitCode !== 0 && failures.length === 0) failures.push(`vitest ended with exit code ${exitCode}, for a reason outside of any test`)
  if (passed + failures.length === 0) failures.push('vitest ran no test')
  return { passed, failures }
}

/** Files whose tests say "never": a claim that was contradicted once is contradicted. */
const decidedAtOnce = /\/(?:chaos|races-[\w-]+|proofs-[\w-]+)\.test\.ts$/
const mostSecondLooks = 3

/**
 * The files that may be run again after a whole run: a few, in which tests failed that wait for browsers and processes on a
 * machine which others use, too. None when the failure is of any other kind.
 */
export function filesForSecondLook(report: VitestReport): string[] {
  const failed = report.testResults.filter(file => file.status === 'failed' || file.assertionResults.some(test => test.status === 'failed')).map(file => file.name)
  return failed.length <= mostSecondLooks && failed.every(file => !decidedAtOnce.test(file)) ? failed : []
}

/** The report of a whole run in which these files were run again: what the second run found stands. */
export function withSecondLook(first: VitestReport, second: VitestReport): VitestReport {
  const again = new Set(second.testResults.map(file => file.name))
  return { testResults: [...first.testResults.filter(file => !again.has(file.name)), ...second.testResults] }
}
