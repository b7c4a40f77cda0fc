// A Redis out of a container, for tests on a machine that has Docker but no Redis. The same handle as for a process, but
// the container is not ours to signal: the engine does it.
import { execFileSync, spawnSync } from 'node:child_process'
import { startChild, type Child, type ChildOptions } from './child.ts'

export const redisImage = 'redis:8-alpine'

/** Whether a Docker engine answers within five seconds. */
export function dockerAnswers(): boolean {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5000, stdio: 'ignore' }).status === 0
}

/** Runs the image's server with a configuration from standard input; `dir` is its /data. */
export function startRedisContainer(options: Omit<ChildOptions, 'command' | 'args'> & { dir: string, port: number }): Child {
  const container = `monolith-redis-${options.port}-${Date.now()}`
  const owner = process.getuid && process.getgid ? ['--user', `${process.getuid()}:${process.getgid()}`] : []
  const child = startChild({
    ...options,
    command: 'docker',
    args: [
      'run', '--rm', '-i', '--name', container, ...owner, '-p', `127.0.0.1:${options.port}:${options.port}`,
      '-v', `${options.dir}:/data`, redisImage, 'redis-server', '-',
    ],
  })
  const engine = (verb: string): void => void execFileSync('docker', [verb, container], { stdio: 'ignore' })
  return {
    name: child.name,
    ending: child.ending,
    // Of the client: it passes SIGTERM on, and ends when the container does.
    get pid() { return child.pid },
    stop: child.stop,
    kill: async () => {
      engine('kill')
      await child.kill()
    },
    freeze: () => engine('pause'),
    resume: () => engine('unpause'),
  }
}
