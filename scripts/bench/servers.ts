import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { seedCatalogue } from '../../server/products/index.ts'
import { type Stack, startStack } from '../../tests/harness/stack.ts'
import { startChild } from '../launch/child.ts'
import { freePort } from '../launch/ports.ts'
import { startEdge } from '../stack/edge.ts'
import { buildPlainNitro } from './plain-nitro.ts'
import { probeProcess } from './process-probe.ts'

export interface Measured { url: string, probeUrl: string }
export interface Servers {
  node: Measured
  h3: Measured
  nitro: Measured
  shop: Measured
  shopWithLimits: Measured
  shopWithoutProcessCache: Measured
  /** Sends its traces to somebody who throws them away. */
  traced: Measured
  /** Makes every answer anew. */
  uncached: Measured
  /** nginx in front of `shop`, with deploy/nginx/shop.conf.template; its own CPU alone. */
  edge: Measured
  stop(): Promise<void>
}

/** Switches the cache layer in the process off, so that Redis answers. */
const withoutProcessCache = { CACHE_LAYERS: 'shared' }

const script = (name: string) => join(import.meta.dirname, name)

async function probed(): Promise<{ env: Record<string, string>, probeUrl: string }> {
  const port = await freePort()
  const { BENCH_NODE_OPTIONS = '' } = process.env
  return { env: { NODE_OPTIONS: `--import=${pathToFileURL(script('cpu-probe.ts')).href} ${BENCH_NODE_OPTIONS}`.trim(), CPU_PROBE_PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}` }
}

/** Takes whatever is posted; ends with this process. */
async function startSink(): Promise<string> {
  const server = createServer((request, response) => void request.resume().once('end', () => response.end('{}')))
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function untilAnswers(url: string): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 50))) {
    if ((await fetch(url).catch(() => null))?.ok) return
  }
  throw new Error(`${url} does not answer`)
}

/** Starts the shop five times on one set of databases, and what it is compared with, each in a process of its own. */
export async function startServers(): Promise<Servers> {
  const stack: Stack = await startStack({ web: 0, worker: 0, seed: async database => void await seedCatalogue(database) })
  const started: (() => Promise<unknown>)[] = [() => stack.stop()]
  const stop = async () => {
    for (const end of started.toReversed()) await end()
  }
  try {
    const shop = async (extra: Record<string, string>): Promise<Measured> => {
      const { env, probeUrl } = await probed()
      const { url } = await stack.startWeb(undefined, { ...env, ...extra })
      return { url, probeUrl }
    }
    const plain = async (args: (port: number) => string[], path: string): Promise<Measured> => {
      const { env, probeUrl } = await probed()
      const port = await freePort()
      const child = startChild({ name: 'plain', command: process.execPath, args: args(port), env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env }, logFile: join(stack.dataDir, `plain-${port}.log`) })
      started.push(() => child.stop())
      const url = `http://127.0.0.1:${port}`
      await untilAnswers(`${url}${path}`)
      return { url, probeUrl }
    }
    const theShop = await shop({})
    const edge = await startEdge({ dir: join(stack.dataDir, 'edge'), instances: { web: [new URL(theShop.url).host] } })
    started.push(() => edge.stop())
    const probe = await probeProcess(edge.nginx.pid)
    started.push(() => probe.stop())
    const list = await (await fetch(`${theShop.url}/api/products?limit=24`)).text()
    const folder = join(stack.dataDir, 'plain-nitro')
    await mkdir(folder)
    const file = join(stack.dataDir, 'list.json')
    await writeFile(file, list)
    const nitro = await buildPlainNitro(folder, list)
    return {
      node: await plain(port => [script('plain-server.ts'), 'node', String(port), file], '/'),
      h3: await plain(port => [script('plain-server.ts'), 'h3', String(port), file], '/'),
      nitro: await plain(() => [nitro], '/small'),
      shop: theShop,
      shopWithLimits: await shop({ RATE_LIMITS: 'on' }),
      shopWithoutProcessCache: await shop(withoutProcessCache),
      traced: await shop({ OTEL_EXPORTER_OTLP_ENDPOINT: await startSink() }),
      uncached: await shop({ CACHE_LAYERS: 'none' }),
      edge: { url: edge.url, probeUrl: probe.probeUrl },
      stop,
    }
  }
  catch (error) {
    await stop()
    throw error
  }
}
