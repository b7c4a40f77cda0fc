import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A span as OTLP's JSON has it, with its attributes as a plain object. */
export interface ReceivedSpan {
  service: string
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  attributes: Record<string, string | number | boolean>
  failed: boolean
}

export interface TraceReceiver {
  url: string
  spans(): ReceivedSpan[]
  /** Every byte that came. */
  raw(): string
  close(): Promise<void>
}

interface OtlpAttribute { key: string, value: { stringValue?: string, intValue?: number, doubleValue?: number, boolValue?: boolean } }
interface OtlpSpan { traceId: string, spanId: string, parentSpanId?: string, name: string, kind: number, attributes: OtlpAttribute[], status?: { code?: number } }
interface OtlpBody { resourceSpans: { resource: { attributes: OtlpAttribute[] }, scopeSpans: { spans: OtlpSpan[] }[] }[] }

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const valuesOf = (attributes: OtlpAttribute[]) => Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? '']))

/** Takes OTLP over HTTP as JSON, as a collector does, and keeps it. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    bodies.push(body)
    for (const { resource, scopeSpans } of (JSON.parse(body) as OtlpBody).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name'])
      for (const { traceId, spanId, parentSpanId, name, kind, attributes, status } of scopeSpans.flatMap(scope => scope.spans)) {
        spans.push({ service, traceId, spanId, parentSpanId: parentSpanId || undefined, name, kind: kinds[kind]!, attributes: valuesOf(attributes), failed: status?.code === 2 })
      }
    }
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    raw: () => bodies.join('\n'),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
