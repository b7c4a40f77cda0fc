import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../launch/ports.ts'
import { projectDir, projectEnv } from '../launch/project.ts'
import { guard, release } from '../launch/watchdog.ts'

export interface StartedShop { url: string, stop(): Promise<void> }

/**
 * Starts `npm run demo` or `npm run stack` on a free port and waits until it says that it is ready.
 * @throws when it ends before that
 */
export async function startShop(which: 'demo' | 'stack'): Promise<StartedShop> {
  const child = spawn(process.execPath, [join(projectDir, `scripts/${which}.ts`), '--port', String(await freePort())], { cwd: projectDir, env: projectEnv(), stdio: ['ignore', 'pipe', 'inherit'] })
  guard({ pid: child.pid!, signal: 'SIGTERM', graceMs: 20_000 })
  const ended = new Promise<void>(resolve => void child.once('exit', () => {
    release(child.pid!)
    resolve()
  }))
  for await (const line of createInterface(child.stdout)) {
    const [url] = /http:\/\/localhost:\d+(?= +ready after)/.exec(line) ?? []
    if (!url) continue
    child.stdout.resume()
    return {
      url,
      async stop() {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error(`The shop did not start; \`npm run ${which}\` says why.`)
}
