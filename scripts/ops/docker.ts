import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { projectDir } from '../launch/project.ts'

interface RunOptions {
  env?: Record<string, string>
  input?: Readable
}

/** Runs `docker` in the project's folder. @throws with its last words when it does not end with 0 */
export async function docker(args: readonly string[], { env, input }: RunOptions = {}): Promise<string> {
  const child = spawn('docker', args, { cwd: projectDir, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {})
  if (input) input.pipe(child.stdin)
  else child.stdin.end()
  let out = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)))
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`docker ${args.slice(0, 3).join(' ')} … ended with ${code}: ${errors.trim().split('\n').slice(-5).join('\n')}`)
  return out
}

export const compose = (args: readonly string[], options?: RunOptions) => docker(['compose', ...args], options)

/** The output of a program in a container, as it comes; it fails when the program does. */
export function streamFrom(args: readonly string[]): Readable {
  const child = spawn('docker', ['compose', ...args], { cwd: projectDir, stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)))
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of child.stdout) yield chunk as Buffer
    const code = await ended
    if (code !== 0) throw new Error(`the backup's program ended with ${code}: ${errors.trim()}`)
  }
  return Readable.from(chunks())
}
