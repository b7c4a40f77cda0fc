// nginx and the edge agent as processes of this machine, from the very files that docker compose mounts.
import { chownSync, cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { keepAssets } from '../../deploy/edge/keep-assets.ts'
import { failAtEnd, startChild, type Child } from '../launch/child.ts'
import { findNginx } from '../launch/nginx.ts'
import { freePort } from '../launch/ports.ts'
import { projectDir, projectEnv } from '../launch/project.ts'
import { canReach, isRoot, nobody, reachableFolder } from '../launch/server-account.ts'
import { type EdgeVariables, renderTemplate } from './render-template.ts'

export interface EdgeOptions {
  /** Its folder: configuration, cache, list. As root it is put elsewhere when nobody else could reach it. */
  dir: string
  /** `host:port` by service; the first service is stable. */
  instances: Record<string, readonly string[]>
  /** Where shoppers come in, on 127.0.0.1; any free port unless told. */
  port?: number
  /** The agent's port, which the app must know before it starts. */
  agentPort?: number
  variables?: Partial<EdgeVariables>
  /** For another configuration than deploy/nginx/shop.conf.template. */
  template?: string
  onLine?: (line: string) => void
  onDeath?: (name: string, lastLines: string[]) => void
}

export interface Edge {
  /** What shoppers use. */
  url: string
  agentUrl: string
  statusUrl: string
  dir: string
  nginx: Child
  agent: Child
  /** Says which instances there are from now on; the agent finds out which are ready. */
  setInstances(instances: Record<string, readonly string[]>): void
  stop(): Promise<void>
}

/** A folder that nginx' workers, who are nobody when we are root, get to. */
function homeFor(dir: string): string {
  mkdirSync(dir, { recursive: true })
  return canReach(dir) ? dir : reachableFolder(dir)
}

/** @throws when there is no nginx, or with its last lines when it does not come up within 15 s */
export async function startEdge({ dir, instances, port, agentPort, variables = {}, template, onLine, onDeath }: EdgeOptions): Promise<Edge> {
  const program = findNginx()
  if (!program) throw new Error('There is no nginx on this machine.')
  const home = homeFor(dir)
  const [listen, status, inner, agentListen] = [port ?? await freePort(), await freePort(), await freePort(), agentPort ?? await freePort()] as const
  const folder = (name: string) => {
    const path = join(home, name)
    mkdirSync(path, { recursive: true })
    if (isRoot) chownSync(path, nobody.uid, nobody.gid)
    return path
  }
  const values: EdgeVariables = {
    EDGE_LISTEN: `127.0.0.1:${listen}`,
    EDGE_STATUS_LISTEN: `127.0.0.1:${status}`,
    EDGE_INNER_LISTEN: `127.0.0.1:${inner}`,
    EDGE_CACHE_DIR: folder('cache'),
    EDGE_CACHE_MAX_SIZE: '512m',
    EDGE_UPSTREAM_DIR: folder('list'),
    EDGE_ASSETS_DIR: folder('assets'),
    EDGE_PAGES_DIR: folder('pages'),
    EDGE_ACCESS_LOG: join(home, 'access.log'),
    EDGE_CONNECTIONS_PER_ADDRESS: '1000',
    EDGE_SLOW_CLIENT: '10s',
    EDGE_REAL_IP_FROM: 'unix:',
    ...variables,
  }
  folder('cache/temp')
  // Copied, since nobody need not get through to the project's folder.
  cpSync(join(projectDir, 'deploy/nginx/pages'), values.EDGE_PAGES_DIR, { recursive: true })
  keepAssets(join(projectDir, '.output/public'), values.EDGE_ASSETS_DIR)
  mkdirSync(join(home, 'conf.d'), { recursive: true })
  writeFileSync(join(home, 'conf.d/shop.conf'), renderTemplate(template ?? readFileSync(join(projectDir, 'deploy/nginx/shop.conf.template'), 'utf8'), values))
  const main = readFileSync(join(projectDir, 'deploy/nginx/nginx.conf'), 'utf8')
  writeFileSync(join(home, 'nginx.conf'), process.platform === 'darwin' ? main.replace('nobody nogroup', 'nobody nobody') : main)
  const list = join(home, 'instances.json')
  const setInstances: Edge['setInstances'] = (next) => {
    writeFileSync(`${list}.next`, JSON.stringify(next))
    renameSync(`${list}.next`, list)
  }
  setInstances(instances)

  const agentUrl = `http://127.0.0.1:${agentListen}`
  const statusUrl = `http://127.0.0.1:${status}`
  const agent = startChild({
    name: 'Edge agent',
    command: process.execPath,
    args: [join(projectDir, 'deploy/edge/agent.ts')],
    env: {
      ...projectEnv(),
      EDGE_AGENT_PORT: String(agentListen),
      EDGE_DISCOVERY_FILE: list,
      EDGE_PROBE_MS: '250',
      EDGE_CACHE_DIR: values.EDGE_CACHE_DIR,
      EDGE_UPSTREAM_DIR: values.EDGE_UPSTREAM_DIR,
      EDGE_STATUS_URL: statusUrl,
    },
    cwd: home,
    logFile: join(home, 'agent.log'),
    onLine,
    onDeath,
  })
  await Promise.race([untilOk('The edge agent', `${agentUrl}/health`), failAtEnd(agent)]).catch(async (error: unknown) => {
    await agent.stop()
    throw error
  })
  const nginx = startChild({
    name: 'nginx',
    command: '/bin/sh',
    args: [join(projectDir, 'deploy/nginx/start.sh'), program, '-p', `${home}/`, '-c', join(home, 'nginx.conf'), '-g', `daemon off; pid ${home}/nginx.pid;`],
    env: { ...process.env, EDGE_UPSTREAM_DIR: values.EDGE_UPSTREAM_DIR },
    cwd: home,
    logFile: join(home, 'nginx.log'),
    onLine,
    onDeath,
  })
  const stop = async () => {
    await nginx.stop()
    await agent.stop()
  }
  try {
    await Promise.race([untilOk('nginx', `${statusUrl}/generation`), failAtEnd(nginx)])
  }
  catch (error) {
    await stop()
    throw error
  }
  return { url: `http://127.0.0.1:${listen}`, agentUrl, statusUrl, dir: home, nginx, agent, setInstances, stop }
}

async function untilOk(name: string, url: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await delay(30)) {
    if ((await fetch(url).catch(() => null))?.ok) return
  }
  throw new Error(`${name} did not come up within 15 s.`)
}
