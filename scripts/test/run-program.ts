import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { projectDir, projectEnv } from '../launch/project.ts'
import { guard, release } from '../launch/watchdog.ts'

interface RunOptions {
  env?: NodeJS.ProcessEnv
  /** Another program writes to this terminal at the same time, so whole lines are passed on. */
  besideOthers?: boolean
}

/** Runs a program with its output on this terminal; resolves to its exit code, or -1 when a signal ended it or it could not be started. */
export function runProgram(command: string, args: string[], { env = {}, besideOthers = false }: RunOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: besideOthers ? ['ignore', 'pipe', 'pipe'] : 'inherit', cwd: projectDir, env: { ...projectEnv(), ...env } })
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', line => process.stdout.write(`${line}\n`))
    }
    const { pid } = child
    if (pid) guard({ pid, signal: 'SIGTERM', graceMs: 5000 })
    child.once('error', (error) => {
      console.error(error.message)
      resolve(-1)
    })
    child.once(besideOthers ? 'close' : 'exit', (code) => {
      if (pid) release(pid)
      resolve(code ?? -1)
    })
  })
}
