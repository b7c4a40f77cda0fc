/**
 * The edge agent: tells nginx which instances are ready and which release gets whom, and deletes from its cache what changed.
 * Node's own modules only. Nothing of it is in the way of a request: when it is gone, nginx goes on with the last list.
 *
 * Environment:
 *   EDGE_AGENT_HOST, EDGE_AGENT_PORT   where it listens, 127.0.0.1 and 8081; reachable for operators and the shop alone
 *   EDGE_AGENT_TOKEN      when set, whatever changes something wants it as `Authorization: Bearer`, or as the password of Basic
 *   EDGE_DISCOVERY        web=web:3000,web-next=web-next:3000: names (all their addresses) or addresses; the first is stable
 *   EDGE_DISCOVERY_FILE   instead or besides: JSON { "web": ["127.0.0.1:4001"] }, read again at each round
 *   EDGE_PROBE_MS         500
 *   EDGE_CACHE_DIR, EDGE_UPSTREAM_DIR   as nginx has them
 *   EDGE_STATE_FILE       what operators asked for; EDGE_UPSTREAM_DIR/release.json
 *   EDGE_STATUS_URL       nginx' EDGE_STATUS_LISTEN as a URL, such as http://proxy:8082
 *
 * HTTP, JSON both ways; a refusal is { "error": "words" }:
 *   GET    /health               200 when the list has been written
 *   GET    /metrics              Prometheus
 *   GET    /instances            { generation, applied, instances: [{ service, address, ready, drained, listed }] }
 *   GET    /release              { stable, canary, canaryShare, drained, generation, applied }
 *   PUT    /release              { stable, canary, canaryShare }; 400, 409 when stable would have no ready instance
 *   POST   /drain                { address }: nothing new goes there; 404, 409 when it is the last one of its service
 *   DELETE /drain/<address>      it may get requests again
 *   POST   /purge                { tags: [...] | null }: { deleted }
 * What changes the list answers when nginx has it (`applied` is true), or after five seconds with `applied` false.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { parsePlaces } from './instances.ts'
import { isAllowed } from './token.ts'
import { createPurger } from './purge.ts'
import { createRoutes } from './routes.ts'
import { createTargets } from './targets.ts'

const { env } = process
const need = (name: string): string => env[name] || fail(`${name} is not set; see the head of deploy/edge/agent.ts`)
function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

const purger = createPurger(join(need('EDGE_CACHE_DIR'), 'shop'))
const targets = createTargets({
  places: parsePlaces(env.EDGE_DISCOVERY ?? ''),
  file: env.EDGE_DISCOVERY_FILE,
  probeMs: Number(env.EDGE_PROBE_MS || 500),
  upstreamFile: join(need('EDGE_UPSTREAM_DIR'), 'upstreams.conf'),
  stateFile: env.EDGE_STATE_FILE || join(need('EDGE_UPSTREAM_DIR'), 'release.json'),
  statusUrl: need('EDGE_STATUS_URL'),
  say: (message, facts = {}) => console.log(JSON.stringify({ time: new Date().toISOString(), level: 'info', message, ...facts })),
})
const routes = createRoutes({ targets, purger, statusUrl: need('EDGE_STATUS_URL') })

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string
    if (text.length > 1_000_000) throw new SyntaxError('more than a megabyte')
  }
  return text === '' ? {} : JSON.parse(text)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: unknown) => {
    const plain = typeof body === 'string'
    response.writeHead(status, { 'content-type': plain ? 'text/plain; version=0.0.4' : 'application/json' }).end(plain ? body : `${JSON.stringify(body)}\n`)
  }
  const { method = 'GET', url = '/' } = request
  if (method !== 'GET' && !isAllowed(request.headers.authorization, env.EDGE_AGENT_TOKEN)) return send(401, { error: 'the token of this agent is wanted' })
  try {
    const { status, body } = await routes(method, decodeURIComponent(url.split('?', 1)[0]!), method === 'GET' ? {} : await bodyOf(request))
    send(status, body)
  }
  catch (error) {
    send(error instanceof SyntaxError || error instanceof URIError ? 400 : 500, { error: String(error) })
  }
}

const server = createServer((request, response) => void answer(request, response))
server.listen(Number(env.EDGE_AGENT_PORT || 8081), env.EDGE_AGENT_HOST || '127.0.0.1', () => {
  console.log(JSON.stringify({ time: new Date().toISOString(), level: 'info', message: 'the edge agent listens', address: server.address() }))
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    targets.stop()
    purger.stop()
    server.close()
    server.closeAllConnections()
  })
}
