import { join } from 'node:path'
import { startChild } from '../launch/child.ts'
import type { Lifecycle } from '../launch/lifecycle.ts'
import { freePort } from '../launch/ports.ts'
import { dataDir, projectDir, projectEnv } from '../launch/project.ts'
import { untilHealthy } from '../launch/readiness.ts'

/**
 * Starts instances of the built app, each on a port of its own; resolves to their addresses when all are ready.
 * @param dir holds their logs
 */
export async function startFleet({ onStop, onDeath }: Lifecycle, role: 'web' | 'worker', count: number, env: Record<string, string>, { dir, onLine }: { dir: string, onLine: (name: string, line: string) => void }): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async (_, place) => {
    const name = `${role}-${place + 1}`
    const port = await freePort()
    const child = startChild({
      name,
      command: process.execPath,
      args: [join(projectDir, '.output/server/index.mjs')],
      env: { ...projectEnv(), ...env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, APP_ROLE: role, INSTANCE_ID: name },
      cwd: projectDir,
      logFile: join(dir, `${name}.log`),
      onLine: line => onLine(name, line),
      onDeath,
      // The delay and what is begun, as long as compose gives them.
      graceMs: 25_000,
    })
    onStop(() => child.stop())
    await untilHealthy(child, `http://127.0.0.1:${port}`)
    return `127.0.0.1:${port}`
  }))
}
