import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandOf, identityOf, killTree, resumeTree, signal } from './process-tree.ts'

/**
 * After a kill -9 or a power cut postmaster.pid still names a process. Postgres takes any living process of that number
 * for a server and refuses to start; so look whether it is one, end it if its launcher is gone, and clear the file.
 */
export async function endOrphan(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  // The lock on the data folder is ours, so a server that still runs on it is an orphan.
  if (pid > 0 && identityOf(pid) && commandOf(pid).includes(dataDir)) {
    resumeTree(pid)
    signal(pid, 'SIGINT')
    for (const deadline = Date.now() + 5000; identityOf(pid) && Date.now() < deadline;) await delay(25)
    await killTree(pid)
  }
  rmSync(file, { force: true })
}
