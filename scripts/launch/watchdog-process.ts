// The process behind watchdog.ts: reads registrations from stdin and acts when stdin ends.
import { createInterface } from 'node:readline'
import { identityOf, killTree, signal } from './process-tree.ts'
import type { Ward } from './watchdog.ts'

type Message = { guard: Ward } | { release: number }

const wards = new Map<number, Ward & { identity: string | null }>()

// Whoever signals the launcher's children must not end the one that cleans up after it.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line) as Message
    if ('guard' in message) wards.set(message.guard.pid, { ...message.guard, identity: identityOf(message.guard.pid) })
    else wards.delete(message.release)
  })
  .on('close', async () => {
    for (const ward of [...wards.values()].reverse()) await end(ward)
    process.exit(0)
  })

async function end({ pid, signal: name, graceMs, identity }: Ward & { identity: string | null }): Promise<void> {
  const alive = (): boolean => identity !== null && identityOf(pid) === identity
  if (!alive()) return
  signal(pid, name)
  // A stopped process acts on no signal but SIGKILL until it is resumed.
  signal(pid, 'SIGCONT')
  for (const deadline = Date.now() + graceMs; alive() && Date.now() < deadline;) {
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  if (alive()) await killTree(pid)
}
