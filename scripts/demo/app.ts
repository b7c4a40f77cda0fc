import { join } from 'node:path'
import { startChild, type Child } from '../launch/child.ts'
import type { Lifecycle } from '../launch/lifecycle.ts'
import { freePort } from '../launch/ports.ts'
import { dataDir, projectDir, projectEnv, tools } from '../launch/project.ts'
import { untilHealthy } from '../launch/readiness.ts'

type Environment = Record<string, string | undefined>
type Print = (name: string) => (line: string) => void

/** The built app twice, as a web process and as a worker; resolves when both are ready. */
export async function startWebAndWorker({ onStop, onDeath }: Lifecycle, env: Environment, port: number, print: Print): Promise<void> {
  const workerPort = await freePort()
  const start = (name: string, role: string, ownPort: number): Child => startChild({
    name,
    command: process.execPath,
    args: [join(projectDir, '.output/server/index.mjs')],
    env: { ...projectEnv(), ...env, NODE_ENV: 'production', APP_ROLE: role, PORT: String(ownPort) },
    cwd: projectDir,
    logFile: join(dataDir, `logs/${role}.log`),
    onLine: print(role),
    onDeath,
  })
  const web = start('Web', 'web', port)
  const worker = start('Worker', 'worker', workerPort)
  onStop(async () => {
    await Promise.all([web.stop(), worker.stop()])
  })
  await Promise.all([untilHealthy(web, `http://127.0.0.1:${port}`), untilHealthy(worker, `http://127.0.0.1:${workerPort}`)])
}

/** One `nuxt dev` that serves and works, and reloads what changes. */
export async function startDevServer({ onStop, onDeath }: Lifecycle, env: Environment, port: number, print: Print): Promise<void> {
  const nuxt = startChild({
    name: 'nuxt dev',
    command: process.execPath,
    args: [tools.nuxt, 'dev', '--host', '127.0.0.1', '--port', String(port)],
    env: { ...projectEnv(), ...env, NODE_ENV: 'development', APP_ROLE: 'all', PORT: String(port) },
    cwd: projectDir,
    logFile: join(dataDir, 'logs/dev.log'),
    onLine: print('nuxt'),
    onDeath,
  })
  onStop(nuxt.stop)
  await untilHealthy(nuxt, `http://127.0.0.1:${port}`, 180_000)
}
