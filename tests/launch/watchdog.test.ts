import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { identityOf, killTree } from '../../scripts/launch/process-tree.ts'
import { temporaryFolder } from './temporary-folder.ts'

const launchDir = fileURLToPath(new URL('../../scripts/launch/', import.meta.url))

/** Runs a launcher in a process of its own, to be killed; it prints the pids of what it started as one JSON line. */
async function runLauncher(source: string): Promise<{ kill: () => void, pids: number[] }> {
  const folder = temporaryFolder()
  const file = join(folder, 'launcher.ts')
  writeFileSync(file, source)
  const launcher = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: launcher.stdout }), 'line') as [string]
  const pids = JSON.parse(line) as number[]
  const started = pids.map(pid => ({ pid, identity: identityOf(pid) }))
  onTestFinished(async () => {
    launcher.kill('SIGKILL')
    for (const { pid, identity } of started) if (identity !== null && identityOf(pid) === identity) await killTree(pid)
  })
  return { kill: () => void launcher.kill('SIGKILL'), pids }
}

const living = (pids: number[]) => pids.filter(pid => identityOf(pid) !== null)

test('when the launcher is killed, its children end: gently, by force, or out of a frozen state', async () => {
  const gentle = 'process.on("SIGTERM", () => process.exit()); console.log("up"); setInterval(() => {}, 1000)'
  const stubborn = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'
  const launcher = await runLauncher(`
    import { startChild } from ${JSON.stringify(join(launchDir, 'child.ts'))}
    const programs = [${JSON.stringify(gentle)}, ${JSON.stringify(stubborn)}, ${JSON.stringify(gentle)}]
    const children = await Promise.all(programs.map((program, index) => new Promise((resolve) => {
      const child = startChild({
        name: 'child', command: process.execPath, args: ['-e', program], env: process.env, graceMs: 300,
        logFile: import.meta.dirname + '/' + index + '.log', onLine: () => resolve(child),
      })
    })))
    children[2].freeze()
    console.log(JSON.stringify(children.map((child) => child.pid)))
  `)
  expect(living(launcher.pids)).toEqual(launcher.pids)
  launcher.kill()
  await vi.waitFor(() => expect(living(launcher.pids)).toEqual([]), { timeout: 10_000 })
})

test('when the launcher is killed, both database servers and all their processes end', async () => {
  const dataDir = join(temporaryFolder(), 'db')
  const launcher = await runLauncher(`
    import { startPostgresCluster } from ${JSON.stringify(join(launchDir, 'postgres.ts'))}
    import { descendantsOf } from ${JSON.stringify(join(launchDir, 'process-tree.ts'))}
    const { primary, replica } = await startPostgresCluster({ dataDir: ${JSON.stringify(dataDir)}, replica: true, settings: { fsync: 'off' } })
    console.log(JSON.stringify([primary, replica].flatMap(({ pid }) => [pid, ...descendantsOf(pid)])))
  `)
  expect(launcher.pids.length).toBeGreaterThan(6)
  launcher.kill()
  await vi.waitFor(() => expect(living(launcher.pids)).toEqual([]), { timeout: 15_000 })
})

test('a launcher with nothing left to guard ends by itself', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'launcher.ts')
  writeFileSync(file, `
    import { runToEnd } from ${JSON.stringify(join(launchDir, 'child.ts'))}
    const line = await runToEnd({ name: 'greeting', command: 'echo', args: ['hello'], env: process.env, logFile: import.meta.dirname + '/log' })
    if (line !== 'hello') process.exit(2)
  `)
  const [code] = await once(spawn(process.execPath, [file], { stdio: 'ignore' }), 'exit')
  expect(code).toBe(0)
})
