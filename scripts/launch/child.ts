// A program that the launcher keeps running: its output goes to a log file and, when asked for, to the terminal line by
// line under its name. It is never restarted: in a demo or a test a death has to be seen.
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { openLog } from './log-tail.ts'
import { freezeTree, killTree, resumeTree, signal } from './process-tree.ts'
import { guard, release } from './watchdog.ts'

export interface ChildOptions {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd?: string
  logFile: string
  /** Written to its standard input, which is then closed. */
  input?: string
  /** Gets each line of output as it comes. */
  onLine?: (line: string) => void
  /** Ended without `stop` or `kill`. */
  onDeath?: (name: string, lastLines: string[]) => void
  /** How long it may take to end after SIGTERM. */
  graceMs?: number
}

interface Ending {
  code: number | null
  /** For people: the exit code, the signal, or why it could not be started. */
  reason: string
  lastLines: string[]
}

export interface Child {
  readonly name: string
  /** 0 when it is not running. */
  readonly pid: number
  readonly ending: Promise<Ending>
  /** SIGTERM, then kill -9 for the whole tree after the grace period. */
  stop(): Promise<void>
  /** kill -9 for the whole tree. */
  kill(): Promise<void>
  freeze(): void
  resume(): void
}

/** Starts the program in a session of its own, so that Ctrl-C reaches the launcher alone, and under the watchdog. */
export function startChild(options: ChildOptions): Child {
  const { name, command, args, env, cwd, logFile, graceMs = 10_000 } = options
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  let pid = child.pid ?? 0
  if (pid) guard({ pid, signal: 'SIGTERM', graceMs })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')

  const lastLines: string[] = []
  const log = createWriteStream(logFile, { fd: openLog(logFile) })
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`)
      lastLines.push(line)
      if (lastLines.length > 15) lastLines.shift()
      options.onLine?.(line)
    })
  }

  let expectedToEnd = false
  const ending = new Promise<Ending>((resolve) => {
    const onEnd = (code: number | null, reason: string): void => {
      release(pid)
      pid = 0
      log.end()
      if (!expectedToEnd) options.onDeath?.(name, lastLines)
      resolve({ code, reason, lastLines })
    }
    child.once('error', error => onEnd(null, error.message))
    // `close`, not `exit`: the last words are still in the pipes when a process exits.
    child.once('close', (code, signalName) => onEnd(code, signalName ?? `exit code ${code}`))
  })

  return {
    name,
    get pid() { return pid },
    ending,
    stop: async () => {
      expectedToEnd = true
      resumeTree(pid)
      signal(pid, 'SIGTERM')
      const force = setTimeout(() => void killTree(pid), graceMs)
      await ending
      clearTimeout(force)
    },
    kill: async () => {
      expectedToEnd = true
      await killTree(pid)
      await ending
    },
    freeze: () => freezeTree(pid),
    resume: () => resumeTree(pid),
  }
}

/** For a race against readiness: rejects with the last lines when the process ends, whatever its exit code. */
export async function failAtEnd({ name, ending }: Child): Promise<never> {
  const { reason, lastLines } = await ending
  throw new Error([`${name} ended (${reason}):`, ...lastLines].join('\n'))
}

/**
 * Runs a program to its end.
 * @returns its last line of output
 * @throws with its last lines when its exit code isn't 0
 */
export async function runToEnd(options: Omit<ChildOptions, 'onDeath'>): Promise<string> {
  const child = startChild(options)
  const { code, reason, lastLines } = await child.ending
  if (code !== 0) throw new Error([`${options.name} failed (${reason}):`, ...lastLines].join('\n'))
  return lastLines.at(-1) ?? ''
}
