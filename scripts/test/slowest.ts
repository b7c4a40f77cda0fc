import type { FileReport } from './reporter.ts'

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1).padStart(7)} s`
const longest = <T extends { ms: number }>(all: T[], most: number) => all.toSorted((a, b) => b.ms - a.ms).slice(0, most)

/** Where the time of a run went: its projects, its slowest files and its slowest tests, as lines to print. */
export function slowestLines(files: readonly FileReport[], most = 15): string[] {
  const timed = files.map(({ project, file, startedAt, endedAt, tests }) => ({ project, file, startedAt, endedAt, tests: tests.length, ms: endedAt - startedAt }))
  const projects = [...Map.groupBy(timed, ({ project }) => project)].map(([name, own]) => ({
    name,
    files: own.length,
    tests: own.reduce((sum, { tests }) => sum + tests, 0),
    // From its first file to its last; files that ran side by side count once.
    ms: Math.max(...own.map(({ endedAt }) => endedAt)) - Math.min(...own.map(({ startedAt }) => startedAt)),
  }))
  const tests = files.flatMap(({ file, tests }) => tests.map(({ name, durationMs }) => ({ file, name, ms: durationMs })))
  return [
    'Time of each project',
    ...projects.map(({ name, files, tests, ms }) => `${seconds(ms)}  ${name.padEnd(14)} ${files} files, ${tests} tests`),
    '',
    `The ${most} slowest files`,
    ...longest(timed, most).map(({ file, tests, ms }) => `${seconds(ms)}  ${file} (${tests})`),
    '',
    `The ${most} slowest tests`,
    ...longest(tests, most).map(({ file, name, ms }) => `${seconds(ms)}  ${file}: ${name}`),
  ]
}
