import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningSandbox {
  port: number
  url: string
  /** Sends a signal and waits for the exit; resolves to the exit code, null after SIGKILL. */
  stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<number | null>
  /** Replaces the fault knobs of a service; an empty object heals it. */
  faults: (service: string, knobs: object) => Promise<Response>
}

/** Spawns a sandbox on a free port and waits until it is ready. @param settings SANDBOX_* variables without their prefix */
export async function startSandboxProcess(settings: Record<string, string>): Promise<RunningSandbox> {
  const variables = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`SANDBOX_${name}`, value]))
  const child = spawn(process.execPath, ['sandbox/server.ts'], {
    env: { PATH: process.env.PATH, SANDBOX_PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const firstLine = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    exited.then(([code]) => Promise.reject(new Error(`the sandbox ended with ${code} before it was ready`))),
  ])
  const { port } = JSON.parse(firstLine) as { port: number }
  const url = `http://127.0.0.1:${port}`
  return {
    port,
    url,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code] = await exited
      return code as number | null
    },
    faults: (service, knobs) => fetch(`${url}/faults/${service}`, { method: 'PUT', body: JSON.stringify(knobs) }),
  }
}

/** A fresh data directory and its removal. */
export async function temporaryDataDir(): Promise<{ path: string, remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sandbox-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

interface ReceivedWebhook { headers: IncomingHttpHeaders, raw: string, body: { id: string, type: string, data: Record<string, unknown> } }

export interface WebhookReceiver {
  url: string
  received: ReceivedWebhook[]
  /** What it answers from now on; 200 at first. */
  answerWith: (status: number) => void
  /** Resolves once the messages received so far satisfy the condition. */
  until: (condition: (received: ReceivedWebhook[]) => boolean) => Promise<ReceivedWebhook[]>
  close: () => Promise<void>
}

/** A webhook endpoint on a free port that keeps all it receives, also what it refuses. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  let status = 200
  let waiting: { condition: (received: ReceivedWebhook[]) => boolean, resolve: () => void }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8')
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) as ReceivedWebhook['body'] })
      response.writeHead(status).end()
      waiting = waiting.filter(({ condition, resolve }) => {
        if (!condition(received)) return true
        resolve()
        return false
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    received,
    answerWith: next => void (status = next),
    until: condition => new Promise((resolve) => {
      if (condition(received)) resolve(received)
      else waiting.push({ condition, resolve: () => resolve(received) })
    }),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
