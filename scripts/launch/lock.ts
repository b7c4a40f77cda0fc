import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { identityOf } from './process-tree.ts'

/**
 * Two launchers on one data folder would destroy each other's databases. The lock names the process that holds it, so
 * that one left behind by kill -9 counts for nothing, even when its pid belongs to somebody else by now.
 * @returns what gives the lock back
 * @throws when a living process holds it
 */
export function takeLock(file: string, what: string): () => void {
  mkdirSync(dirname(file), { recursive: true })
  const own = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) })
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    }
    catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const holder = readHolder(file)
      if (holder?.identity && identityOf(holder.pid) === holder.identity) {
        throw new Error(`${what} is already in use by process ${holder.pid}. Stop that one first.`, { cause: error })
      }
      rmSync(file, { force: true })
    }
  }
  throw new Error(`${what} is being started by another process at this moment.`)
}

function readHolder(file: string): { pid: number, identity: string | null } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number, identity: string | null }
  }
  catch {
    return undefined
  }
}
