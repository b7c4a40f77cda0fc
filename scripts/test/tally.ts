// Counts, so that nothing passes unnoticed: a skipped test, a file that could not be loaded, a project that did not run.
import type { FileReport, RunReport } from './reporter.ts'

export interface Tally {
  passed: number
  /** One line for each failure. */
  failures: string[]
  /** The test files that ran, for the list of the slowest. */
  files?: FileReport[]
}

/**
 * Adds up a vitest run. A test that is skipped or to do counts as failed, unless `selective`: a name pattern leaves out
 * the others on purpose.
 */
export function tallyRun({ files, errors }: RunReport, exitCode: number, selective: boolean): Tally {
  const tests = files.flatMap(({ file, tests }) => tests.map(test => ({ file, ...test })))
  const failures = [
    ...tests.filter(({ state }) => state === 'failed').map(({ file, name }) => `${file}: ${name}`),
    ...(selective ? [] : tests.filter(({ state }) => state !== 'passed' && state !== 'failed').map(({ file, name, state }) => `${file}: ${name} (${state})`)),
    ...files.flatMap(({ file, errors }) => errors.map(error => `${file}: ${error}`)),
    ...(selective ? [] : files.filter(file => file.tests.length === 0 && file.errors.length === 0).map(({ file }) => `${file}: it has no test`)),
    ...errors.map(error => `outside of any test: ${error}`),
  ]
  const passed = tests.filter(({ state }) => state === 'passed').length
  if (exitCode !== 0 && failures.length === 0) failures.push(`vitest ended with exit code ${exitCode}, for a reason outside of any test`)
  if (passed + failures.length === 0) failures.push('vitest ran no test')
  return { passed, failures, files }
}
