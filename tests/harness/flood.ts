import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FloodOrder, FloodReport } from './flood-process.ts'

const program = fileURLToPath(new URL('flood-process.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach(child => child.kill('SIGKILL')))

export interface Flood {
  /** Resolves at its first answer: before that there is nothing to compare with. */
  begun: Promise<void>
  /** Ends it once it has begun and has answers enough, and answers what came back. */
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
  const begun = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.startsWith('begun\n')) resolve()
    })
    child.once('close', resolve)
  })
  const report = once(child, 'close').then(() => {
    running.delete(child)
    return JSON.parse(text.slice(text.indexOf('{'))) as FloodReport
  })
  return {
    begun,
    report,
    async stop() {
      await begun
      child.kill('SIGTERM')
      return report
    },
  }
}
