// A Redis of our own, when the machine has the program: no npm package ships one.
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { failAtEnd, startChild, type Child } from './child.ts'
import { findProgram } from './find-program.ts'
import { freePort } from './ports.ts'
import { startRedisContainer } from './redis-docker.ts'
import { randomSecret } from './secret-file.ts'

interface RedisOptions {
  /** Holds its log and its append-only file; belongs to this server alone. */
  dir: string
  /** A cache forgets what was not used for long; a queue refuses writes rather than lose a job. */
  policy: 'allkeys-lru' | 'noeviction'
  appendOnly: boolean
  /** The text of a configuration of its own, such as deploy/redis/cache.conf: what it says goes before the two above, but for where it listens and keeps its files. */
  config?: string
  onDeath?: (name: string, lastLines: string[]) => void
}

export interface RedisServer extends Pick<Child, 'pid' | 'stop' | 'kill' | 'freeze' | 'resume'> {
  url: string
  port: number
  /** Runs it again after `stop` or `kill`, on the same port and with the same password. */
  start(): Promise<void>
}

/** The path of redis-server or valkey-server; null when PATH has neither. */
export function findRedisServer(): string | null {
  return findProgram('redis-server', 'valkey-server')
}

/**
 * Starts a server on a random port of 127.0.0.1 with a random password.
 * @throws when no program is found, or with its last lines when it doesn't come up within 10 s
 */
export async function startRedis({ dir, policy, appendOnly, config, onDeath }: RedisOptions): Promise<RedisServer> {
  const program = findRedisServer()
  const container = !program && process.env.REDIS_FROM_DOCKER === '1'
  if (!program && !container) throw new Error('Neither redis-server nor valkey-server is on PATH.')
  mkdirSync(dir, { recursive: true })
  const password = randomSecret()
  const port = await freePort()
  // Through standard input: arguments can be read by every user of the machine.
  const input = [
    // Port and folder are ours; Redis would already go to the other folder when it reads that line.
    ...(config?.split('\n').filter(line => !/^(?:bind|port|dir|requirepass)\s/.test(line)) ?? []),
    `bind ${container ? '0.0.0.0' : '127.0.0.1'}`, `port ${port}`, `requirepass ${password}`,
    `dir ${container ? '/data' : JSON.stringify(dir)}`,
    ...(config === undefined
      ? ['maxmemory 128mb', `maxmemory-policy ${policy}`, 'save ""', `appendonly ${appendOnly ? 'yes' : 'no'}`, 'appendfsync everysec']
      : []),
  ].join('\n')
  let child: Child

  async function start(): Promise<void> {
    const options = { name: `Redis (${policy})`, env: process.env, cwd: dir, input, logFile: join(dir, 'redis.log'), onDeath }
    child = program ? startChild({ ...options, command: program, args: ['-'] }) : startRedisContainer({ ...options, dir, port })
    const started = child
    await Promise.race([untilReady(port, password), failAtEnd(started)]).catch(async (error: unknown) => {
      await started.kill()
      throw error
    })
  }
  await start()

  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    port,
    get pid() { return child.pid },
    start,
    stop: () => child.stop(),
    kill: () => child.kill(),
    freeze: () => child.freeze(),
    resume: () => child.resume(),
  }
}

/** Only our own server knows the password; one that still loads its file answers PING with an error. */
async function untilReady(port: number, password: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(20)) {
    if (await answersPing(port, password)) return
  }
  throw new Error(`Redis on port ${port} was not ready within 10 s.`)
}

/** Whether a Redis at 127.0.0.1 takes the password and answers PING within a second. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 })
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`))
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.once('timeout', () => socket.destroy()).once('error', () => {})
    socket.once('close', () => resolve(answer.startsWith('+OK\r\n+PONG')))
  })
}
