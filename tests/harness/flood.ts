import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FloodOrder, FloodReport } from './flood-process.ts'

const program = fileURLToPath(new URL('flood-process.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach(child => child.kill('SIGKILL')))

export interface Flood {
  /** Ends it, and answers what came back. */
  stop(): Promise<FloodReport>
  /** What came back, once it has ended by itself. */
  report: Promise<FloodReport>
}

let firstNumber = 0

/** Lets a crowd loose, in a process of its own. */
export function flood(settings: Omit<FloodOrder, 'firstNumber'>): Flood {
  // Far enough from the last one's that they never meet.
  const order: FloodOrder = { ...settings, firstNumber: firstNumber += 100_000 }
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  const report = once(child, 'close').then(() => {
    running.delete(child)
    return JSON.parse(text) as FloodReport
  })
  return {
    report,
    async stop() {
      child.kill('SIGTERM')
      return report
    },
  }
}
