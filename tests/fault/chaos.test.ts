import { expect, test } from 'vitest'
import { summaryOf, tableOf, writeProof } from '../chaos/report.ts'
import { runChaos } from '../chaos/run.ts'
import { chooseSeed } from '../chaos/seeded.ts'

const seed = chooseSeed()
const print = (line: string) => console.log(line)

test(`under a seeded storm of kills and freezes, no accepted order is lost, doubled, oversold or contradicted (CHAOS_SEED=${seed})`, async () => {
  print(`CHAOS_SEED=${seed}`)
  const result = await runChaos({ seed, loadMs: 65_000, kills: 10, print })
  print(tableOf(result))
  const { figures, violations, evidence } = result
  writeProof('chaos', summaryOf(result))

  const broken = Object.fromEntries(Object.entries(violations).filter(([, count]) => count > 0))
  expect(broken, `CHAOS_SEED=${seed}\n${evidence.join('\n')}`).toEqual({})
  // A storm over an empty shop proves nothing.
  expect(figures['orders accepted (201)']).toBeGreaterThan(30)
  expect(figures['unknown outcomes']).toBeGreaterThan(5)
  expect(figures['kills (SIGKILL)']! + figures['freezes (SIGSTOP)']!).toBeGreaterThanOrEqual(13)
  expect(figures['stock snapshots']).toBeGreaterThan(30)
}, 600_000)
