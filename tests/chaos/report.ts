import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from '../../scripts/launch/project.ts'
import type { Findings } from './findings.ts'

/** The counts as a table, what must be zero below what happened. */
export function tableOf({ figures, violations, evidence }: Findings): string {
  const width = Math.max(...Object.keys({ ...figures, ...violations }).map(name => name.length))
  const row = ([name, count]: [string, number]) => `  ${name.padEnd(width)} ${String(count).padStart(8)}`
  return [
    '  what happened', ...Object.entries(figures).map(row), '',
    '  what must be zero', ...Object.entries(violations).map(row),
    ...(evidence.length > 0 ? ['', '  evidence', ...evidence.map(line => `  ${line.slice(0, 1_500)}`)] : []),
  ].join('\n')
}

/** Leaves the figures of a run where the page of proofs collects them. */
export function writeProof(proof: string, figures: Record<string, unknown>): void {
  const folder = join(projectDir, 'test-results/proofs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${proof}.json`), `${JSON.stringify({ proof, figures }, null, 2)}\n`)
}

export const resultFile = (name: string): string => join(projectDir, 'test-results', name)
