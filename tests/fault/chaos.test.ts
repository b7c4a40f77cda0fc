import { expect, test } from 'vitest'
import { summaryOf, tableOf, writeProof } from '../chaos/report.ts'
import { runChaos } from '../chaos/run.ts'
import { chooseSeed } from '../chaos/seeded.ts'
import { long } from '../harness/long.ts'

const seed = chooseSeed()
// A storm over an empty shop proves nothing: it goes on until this much has happened.
const { loadMs, atLeast } = long
  ? { loadMs: 65_000, atLeast: { kills: 10, freezes: 1, faults: 13, accepted: 31, unknown: 6, snapshots: 31 } }
  : { loadMs: 20_000, atLeast: { kills: 4, freezes: 1, faults: 6, accepted: 12, unknown: 3, snapshots: 15 } }
const print = (line: string) => console.log(line)

test(`under a seeded storm of kills and freezes, no accepted order is lost, doubled, oversold or contradicted (CHAOS_SEED=${seed})`, async () => {
  print(`CHAOS_SEED=${seed}`)
  const result = await runChaos({ seed, loadMs, atLeast, quick: !long, print })
  print(tableOf(result))
  const { figures, violations, evidence } = result
  writeProof('chaos', summaryOf(result))

  const broken = Object.fromEntries(Object.entries(violations).filter(([, count]) => count > 0))
  expect(broken, `CHAOS_SEED=${seed}\n${evidence.join('\n')}`).toEqual({})
  expect(figures['orders accepted (201)']).toBeGreaterThanOrEqual(atLeast.accepted)
  expect(figures['unknown outcomes']).toBeGreaterThanOrEqual(atLeast.unknown)
  expect(figures['kills (SIGKILL)']).toBeGreaterThanOrEqual(atLeast.kills)
  expect(figures['freezes (SIGSTOP)']).toBeGreaterThanOrEqual(atLeast.freezes)
  expect(figures['kills (SIGKILL)']! + figures['freezes (SIGSTOP)']!).toBeGreaterThanOrEqual(atLeast.faults)
  expect(figures['stock snapshots']).toBeGreaterThanOrEqual(atLeast.snapshots)
}, 600_000)
