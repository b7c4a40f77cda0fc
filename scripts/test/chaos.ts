// The long run: goes on until a hundred processes were killed. CHAOS_KILLS and CHAOS_SEED change that; the exit code tells.
import { runChaos } from '../../tests/chaos/run.ts'
import { summaryOf, tableOf, writeProof } from '../../tests/chaos/report.ts'
import { chooseSeed } from '../../tests/chaos/seeded.ts'
import { ensureBuilt } from '../launch/build.ts'
import { prepareMachine } from './machine.ts'

const kills = Number(process.env.CHAOS_KILLS ?? 100)
const seed = chooseSeed()
let made = 0

console.log(`CHAOS_SEED=${seed}`)
await prepareMachine(new Set(['redis']))
await ensureBuilt(line => console.log(line))
const result = await runChaos({
  seed,
  atLeast: { kills },
  loadMs: 60_000,
  print(line) {
    if (line.includes('kill -9')) made += 1
    console.log(line.includes('kill -9') ? `${line}  (${made}/${kills})` : line)
  },
})
console.log(tableOf(result))
const { violations } = result
writeProof('chaos', summaryOf(result))
const broken = Object.values(violations).reduce((sum, count) => sum + count, 0)
console.log(broken === 0 ? `\nNothing was lost, doubled, oversold or contradicted. CHAOS_SEED=${seed}` : `\n${broken} violations. CHAOS_SEED=${seed}; the journal is test-results/chaos-${seed}.jsonl`)
process.exitCode = broken === 0 ? 0 : 1
