import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { carrierService } from './carrier/routes.ts'
import { openCarrier } from './carrier/shipments.ts'
import { createGate } from './faults/gate.ts'
import type { Service } from './faults/gate.ts'
import { createFaults } from './faults/registry.ts'
import { faultRoutes } from './faults/routes.ts'
import { historyRoutes } from './history.ts'
import { dispatch, html, HttpError, json, parseTarget, problem, readBody, send } from './http.ts'
import type { Answer, Call } from './http.ts'
import { indexPage } from './index-page.ts'
import { openGateway } from './payments/gateway.ts'
import { paymentPages } from './payments/pages.ts'
import { openCatalogue } from './recommendations/catalogue.ts'
import { recommendationsService } from './recommendations/routes.ts'
import type { Settings } from './settings.ts'

const maxBodyBytes = 32 * 1_024 * 1_024
const drainMs = 1_000

/** Starts the outside world; gives its port and its stop, which lets answers under way finish for a second. */
export async function startSandbox(settings: Settings): Promise<{ port: number, stop: () => Promise<void> }> {
  const stopping = new AbortController()
  const server = createServer()
  const port = await listen(server, settings)
  const faults = createFaults(settings.seed, settings.faults)
  const gateway = openGateway(settings, faults, () => `http://127.0.0.1:${port}`)
  const carrier = openCarrier(settings, faults)
  const catalogue = openCatalogue(join(settings.dataDir, 'catalogue.json'))
  const gate = createGate(faults, stopping.signal)

  const services: [prefix: RegExp, service: Service][] = [
    [/^\/v1\//, gateway.service],
    [/^\/carrier(\/|$)/, carrierService(carrier)],
    [/^\/recommendations(\/|$)/, recommendationsService(catalogue, faults)],
  ]
  const control = (call: Call): Answer => {
    if (call.method === 'GET' && call.path === '/') return html(indexPage(faults, port))
    if (call.method === 'GET' && call.path === '/health') {
      return json(200, { status: 'pass', frozen: gate.frozen(), pendingWebhooks: { payments: gateway.pendingWebhooks(), carrier: carrier.pendingWebhooks() } })
    }
    return dispatch(faultRoutes, call.method, call.path, { call, faults })
      ?? dispatch(historyRoutes, call.method, call.path, { call, gateway, carrier })
      ?? dispatch(paymentPages, call.method, call.path, { call, gateway })
      ?? problem(404, 'sandbox/no-such-route', `no ${call.method} ${call.path.slice(0, 200)}; see GET /`)
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { path, query } = parseTarget(request.url ?? '/')
    const service = services.find(([prefix]) => prefix.test(path))?.[1]
    if (service && gate.refuse(service, request)) return
    const call: Call = { method: request.method ?? 'GET', path, query, headers: request.headers, raw: await readBody(request, maxBodyBytes) }
    await (service ? gate.serve(service, call, response) : send(response, control(call)))
  }

  server.on('request', (request, response) => void serve(request, response).catch((error: unknown) => fail(error, response)))
  return {
    port,
    async stop() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeIdleConnections()
      stopping.abort()
      const impatience = setTimeout(() => server.closeAllConnections(), drainMs)
      await closed
      clearTimeout(impatience)
      gateway.stop()
      carrier.stop()
    },
  }
}

async function listen(server: Server, { host, port }: Pick<Settings, 'host' | 'port'>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}

function fail(error: unknown, response: ServerResponse): void {
  if (response.destroyed) return
  if (response.headersSent) return void response.destroy()
  if (error instanceof HttpError) return void send(response, problem(error.status, 'sandbox/bad-request', error.message))
  console.error(error)
  void send(response, problem(500, 'sandbox/bug', 'the sandbox itself failed; its log says why'))
}
