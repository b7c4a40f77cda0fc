import { spawn } from 'node:child_process'
import { projectDir, projectEnv } from '../launch/project.ts'
import { guard, release } from '../launch/watchdog.ts'

/** Runs a program with its output on this terminal; resolves to its exit code, or -1 when a signal ended it or it could not be started. */
export function runProgram(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd: projectDir, env: { ...projectEnv(), ...env } })
    const { pid } = child
    if (pid) guard({ pid, signal: 'SIGTERM', graceMs: 5000 })
    child.once('error', (error) => {
      console.error(error.message)
      resolve(-1)
    })
    child.once('exit', (code) => {
      if (pid) release(pid)
      resolve(code ?? -1)
    })
  })
}
