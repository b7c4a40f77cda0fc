import { slowestLines } from './slowest.ts'
import type { Tally } from './tally.ts'

/** Prints where the time went and what failed, then the counts alone on the last line. Sets the exit code. */
export function printVerdict(tallies: readonly Tally[]): void {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failures = tallies.flatMap(tally => tally.failures)
  const files = tallies.flatMap(tally => tally.files ?? [])
  if (files.length > 0) console.log(`\n${slowestLines(files).join('\n')}`)
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map(failure => `  ✗ ${failure}`).join('\n')}`)
  console.log(`\n${passed} passed, ${failures.length} failed`)
  process.exitCode = failures.length > 0 ? 1 : 0
}
