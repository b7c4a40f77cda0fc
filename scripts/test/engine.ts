import { spawnSync } from 'node:child_process'

/** Whether a Docker engine and its compose answer, within ten seconds each. */
export function engineAnswers(): boolean {
  return [['info'], ['compose', 'version']].every(args => spawnSync('docker', args, { timeout: 10_000, stdio: 'ignore' }).status === 0)
}
