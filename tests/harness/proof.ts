import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a check counted. `violations` is how often what is claimed did not hold. */
export interface Figures { violations: number, [name: string]: number }

export interface ProofFile {
  pattern: string
  name: string | null
  claim: string
  test: string
  real: Figures
  naive: Figures
  failsWithout: true
}

/**
 * Runs the same check on the shop's own code and on code without the pattern: the first must hold, the second must not,
 * or the check proves nothing. Leaves the figures for `npm run docs:proofs`.
 */
export async function proof<Subject>({ pattern, name, claim, real, naive, check }: {
  /** A page of docs/patterns. */
  pattern: string
  /** Tells several proofs of one pattern apart. */
  name?: string
  claim: string
  real: Subject
  naive: Subject
  check: (subject: Subject) => Promise<Figures> | Figures
}): Promise<void> {
  const found = { real: await check(real), naive: await check(naive) }
  expect(found.real.violations, `with the pattern: ${JSON.stringify(found.real)}`).toBe(0)
  expect(found.naive.violations, `without the pattern the check holds as well: ${JSON.stringify(found.naive)}`).toBeGreaterThan(0)
  const test = relative(root, expect.getState().testPath!).replaceAll('\\', '/')
  const folder = join(root, 'test-results/proofs')
  mkdirSync(folder, { recursive: true })
  const file: ProofFile = { pattern, name: name ?? null, claim, test, ...found, failsWithout: true }
  writeFileSync(join(folder, `${[pattern, name].filter(Boolean).join('--')}.json`), `${JSON.stringify(file, null, 2)}\n`)
}

/** A place where everybody waits until all `parties` have come. */
export function barrier(parties: number): () => Promise<void> {
  let arrived = 0
  let open: () => void
  const opened = new Promise<void>(resolve => (open = resolve))
  return () => {
    if (++arrived === parties) open()
    return opened
  }
}
