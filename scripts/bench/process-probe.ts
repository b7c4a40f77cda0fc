import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a process of one thread has used, in microseconds; 0 when it is gone. Linux tells it in nanoseconds. */
function usedUs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000
  }
  catch {
    return 0
  }
}

const childrenOf = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

/** The same answer as cpu-probe.ts gives, about a program that is not ours and its children. */
export async function probeProcess(pid: number): Promise<{ probeUrl: string, stop: () => Promise<void> }> {
  const server = createServer((_, response) => void response.end(String(Math.round([pid, ...childrenOf(pid)].reduce((sum, one) => sum + usedUs(one), 0)))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    probeUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
