// A launcher that dies by kill -9 can't stop what it started, and its databases would live on as orphans.
// The watchdog is a child in a session of its own that holds the reading end of a pipe: when the launcher is gone, by any
// means, the pipe ends and the watchdog ends every process registered with it, last one first, gently and then by force.
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface Ward {
  pid: number
  /** The signal that asks it to finish. */
  signal: NodeJS.Signals
  /** How long it may take before it is killed together with all its descendants. */
  graceMs: number
}

let pipe: Writable | undefined

/** From now on the process ends when this one does. Starts the watchdog at the first call. */
export function guard(ward: Ward): void {
  pipe ??= startWatchdog()
  pipe.write(`${JSON.stringify({ guard: ward })}\n`)
}

/** The process has ended: its pid may soon be somebody else's. */
export function release(pid: number): void {
  pipe?.write(`${JSON.stringify({ release: pid })}\n`)
}

function startWatchdog(): Writable {
  const program = fileURLToPath(new URL('watchdog-process.ts', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' })
  child.unref()
  // A pipe is a socket underneath; unless both are let go, they alone would keep the launcher running.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  child.stdin.on('error', () => (pipe = undefined))
  return child.stdin
}
