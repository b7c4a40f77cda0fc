/** The shop's processes by place, as a supervisor keeps them: what dies is started again at the same address. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Child } from '../../scripts/launch/child.ts'
import type { Stack } from '../harness/stack.ts'

export interface Place {
  name: string
  role: 'web' | 'worker'
  readonly pid: number
  /** SIGKILL for the whole tree. */
  kill(): Promise<void>
  /** Starts it again; tries until it is ready. */
  start(): Promise<void>
  freeze(): void
  resume(): void
}

export interface Fleet {
  places: readonly Place[]
  /** Processes that ended though nobody killed them, with their last lines. */
  suddenDeaths: string[]
  /** Resident memory of each place, in MB. */
  memory(): Record<string, number>
  /** From now on what ends stays so. */
  retire(): void
}

export function fleetOf(stack: Stack): Fleet {
  let retired = false
  const suddenDeaths: string[] = []
  const place = (role: 'web' | 'worker', index: number, first: Child): Place => {
    const name = `${role}-${index}`
    let child = first
    let wanted = true
    const watch = (watched: Child) => void watched.ending.then(async ({ reason, lastLines }) => {
      if (retired || !wanted || watched !== child) return
      suddenDeaths.push(`${name} ended (${reason}): ${lastLines.slice(-3).join(' | ')}`)
      await start()
    })
    async function start() {
      const port = Number(new URL(stack.urls[index] ?? 'http://none').port)
      for (let attempt = 1; wanted && !retired; attempt++) {
        try {
          child = role === 'web' ? (await stack.startWeb(port)).child : await stack.startWorker()
          return watch(child)
        }
        catch (error) {
          // What it needs may be down as well; a supervisor goes on trying.
          if (retired || attempt === 30) throw error
          await pause(300)
        }
      }
    }
    watch(first)
    return {
      name,
      role,
      get pid() { return child.pid },
      kill: async () => {
        wanted = false
        await child.kill()
      },
      start: () => {
        wanted = true
        return start()
      },
      freeze: () => child.freeze(),
      resume: () => child.resume(),
    }
  }
  const places = [...stack.webs.map((child, index) => place('web', index, child)), ...stack.workers.map((child, index) => place('worker', index, child))]
  return { places, suddenDeaths, memory: () => Object.fromEntries(places.map(one => [one.name, residentMb(one.pid)])), retire: () => void (retired = true) }
}

function residentMb(pid: number): number {
  const status = `/proc/${pid}/status`
  const kB = existsSync(status) ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1] : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Math.round(Number(kB) / 1_024)
}
