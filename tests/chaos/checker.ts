/**
 * Compares every answer ever given with the world afterwards. It only reads what it is handed, so that its own tests can hand
 * it a lie.
 */
import { checkCarts, checkPurchases, checkReads } from './check-answers.ts'
import { checkGoods, checkMails, checkMoney } from './check-effects.ts'
import { type Findings, openNotebook } from './findings.ts'
import type { Entry, FaultRecord } from './journal.ts'
import type { World } from './world.ts'

export function check({ entries, faults }: { entries: readonly Entry[], faults: readonly FaultRecord[] }, world: World): Findings {
  const notebook = openNotebook()
  notebook.count('requests', entries.length)
  notebook.count('answers', entries.filter(entry => entry.outcome.kind === 'answer').length)
  notebook.count('unknown outcomes', entries.filter(entry => entry.outcome.kind === 'unknown').length)
  notebook.count('calls that never reached a process', entries.filter(entry => entry.outcome.kind === 'unsent').length)
  for (const how of ['kill', 'freeze', 'flush', 'knob'] as const) {
    notebook.count({ kill: 'kills (SIGKILL)', freeze: 'freezes (SIGSTOP)', flush: 'flushes of a Redis', knob: 'faults of the outside world' }[how], faults.filter(fault => fault.how === how).length)
  }
  checkPurchases(entries, world, notebook)
  checkReads(entries, world, notebook)
  checkCarts(entries, world, notebook)
  checkMoney(world, notebook)
  checkGoods(world, notebook)
  checkMails(world, faults, notebook)
  for (const entry of entries) {
    const { outcome } = entry
    notebook.violation('answers with status 500', outcome.kind === 'unknown' && outcome.why === 'status 500', () => entry)
  }
  for (const [name, count] of Object.entries(world.broken)) for (let each = 0; each < count; each++) notebook.violation(`invariant: ${name}`, true)
  return { figures: notebook.figures, violations: notebook.violations, evidence: notebook.evidence }
}
