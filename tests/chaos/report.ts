import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from '../../scripts/launch/project.ts'
import type { Findings } from './findings.ts'
import type { ChaosResult } from './run.ts'

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

/** The counts in few words: what happened, and the violations by the kind that stands before their colon. */
export function summaryOf({ figures, violations, seed, durationS }: ChaosResult): Record<string, number | string> {
  const kinds = ['lost', 'duplicated', 'oversold', 'contradiction', 'money', 'effects', 'invariant', 'unfinished']
  const sum = (fits: (name: string) => boolean) => Object.entries(violations).filter(([name]) => fits(name)).reduce((total, [, count]) => total + count, 0)
  const happened = (name: string) => figures[name] ?? 0
  return {
    seed,
    durationS,
    kills: happened('kills (SIGKILL)'),
    freezes: happened('freezes (SIGSTOP)'),
    otherFaults: happened('flushes of a Redis') + happened('faults of the outside world'),
    requests: happened('requests'),
    accepted: happened('orders accepted (201)'),
    acceptedLater: happened('orders accepted later (202, then paid)'),
    refused: happened('purchases refused') + happened('orders pending, then refused'),
    unknownOutcomes: happened('unknown outcomes'),
    purchasesLeftUnknownAndThere: happened('purchases of unknown outcome: order is there'),
    purchasesLeftUnknownAndNotThere: happened('purchases of unknown outcome: nothing is there'),
    mails: happened('mails'),
    mailsWithSecondCopies: happened('mails that came as more than one copy of one Message-ID'),
    stockSnapshots: happened('stock snapshots'),
    ...Object.fromEntries(kinds.map(kind => [kind, sum(name => name.startsWith(`${kind}:`))])),
    otherViolations: sum(name => !kinds.some(kind => name.startsWith(`${kind}:`))),
  }
}

/** Leaves the figures of a run where the page of proofs collects them. */
export function writeProof(proof: string, figures: Record<string, unknown>): void {
  const folder = join(projectDir, 'test-results/proofs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${proof}.json`), `${JSON.stringify({ proof, figures }, null, 2)}\n`)
}
