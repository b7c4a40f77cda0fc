import { lockedTable, type Mistake, mistakesIn, nameOf } from './migration-rules.ts'
import { type Statement, statementsOf } from './sql-statements.ts'

export interface Migration { name: string, text: string }
export interface Finding extends Mistake { migration: string, line: number }

/** Migrations up to this one were there before the first release: no version ran beside them. */
export const lastBeforeRelease = 6
/** Waiting longer for a lock than this makes everybody behind it wait. */
const longestLockWaitMs = 10_000

/** The `lock_timeout` that a statement sets, in milliseconds; null when it sets none. */
function lockTimeoutMs(text: string): number | null {
  const [, amount, unit = 'ms'] = /^set (?:local |session )?lock_timeout (?:=|to) '?(\d+) ?(ms|s|min)?'?$/.exec(text) ?? []
  return amount === undefined ? null : Number(amount) * ({ ms: 1, s: 1_000, min: 60_000 }[unit] ?? 1)
}

function checkOne({ name }: Migration, statements: readonly Statement[], earlier: readonly Statement[]): Finding[] {
  const created = new Set<string>()
  const added = new Set<string>()
  const findings: Finding[] = []
  let waitsMs: number | null = null
  let toldOfWait = false
  statements.forEach((statement, index) => {
    const { text, line } = statement
    const report = (mistake: Mistake) => findings.push({ migration: name, line, ...mistake })
    const [, table] = /^create (?:unlogged )?table (?:if not exists )?([\w.]+)/.exec(text) ?? []
    if (table) created.add(nameOf(table))
    for (const [, constraint] of text.matchAll(/add constraint (\w+)/g)) added.add(constraint!)
    waitsMs = lockTimeoutMs(text) ?? waitsMs
    const locked = lockedTable(statement, created)
    if (locked && !toldOfWait && (waitsMs === null || waitsMs === 0 || waitsMs > longestLockWaitMs)) {
      toldOfWait = true
      report({ problem: `waits for a lock on ${locked} without an end, and every buyer behind it`, instead: 'Begin with "set local lock_timeout = \'3s\'": a migration that fails runs again.' })
    }
    mistakesIn(statement, { created, added, before: [...earlier, ...statements.slice(0, index)], number: Number(name.slice(0, 4)) }).forEach(report)
  })
  return findings
}

/**
 * Reads migrations in the order of their numbers and answers what the version before each could not live with.
 * @param after migrations up to this number are only read for what they made
 */
export function checkMigrations(migrations: readonly Migration[], { after = lastBeforeRelease } = {}): Finding[] {
  const earlier: Statement[] = []
  return migrations.toSorted((a, b) => a.name.localeCompare(b.name)).flatMap((migration) => {
    const statements = statementsOf(migration.text)
    const found = Number(migration.name.slice(0, 4)) > after ? checkOne(migration, statements, earlier) : []
    earlier.push(...statements)
    return found
  })
}
