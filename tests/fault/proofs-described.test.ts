import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { createApp, createRouter, defineEventHandler, type H3Error, setResponseHeader, toNodeListener } from 'h3'
import { afterAll, beforeAll, test } from 'vitest'
import { z } from 'zod'
import type { DomainDescription } from '../../server/platform/http/describe-route.ts'
import errorHandler from '../../server/platform/http/error-handler.ts'
import { readId, readJson } from '../../server/platform/http/input.ts'
import { openApiDocument, type OpenApiDocument } from '../../server/platform/http/openapi.ts'
import { ServerTiming, stampTiming } from '../../server/platform/telemetry/server-timing.ts'
import { continueTrace } from '../../server/platform/telemetry/trace-context.ts'
import { changeItemBody, identifier } from '../../shared/schemas/cart.ts'
import { mistakesIn, routesOf } from '../harness/api.ts'
import { percentEncoded, requestsTo } from '../harness/arbitrary-requests.ts'
import { proof } from '../harness/proof.ts'
import { describeByHand } from '../naive/describe-by-hand.ts'

const answer = z.object({ id: z.uuid(), quantity: z.int() })
const description: DomainDescription = {
  domain: 'cart',
  about: 'One route of a cart.',
  routes: [{ method: 'patch', path: '/api/cart/items/{id}', summary: 'Change how many', access: 'anyone', params: { id: identifier }, body: changeItemBody, answers: { 200: { description: 'The line', schema: answer } } }],
}

let server: Server
let url: string
beforeAll(async () => {
  const app = createApp({
    onRequest(event) {
      event.context.traceparent = continueTrace(undefined)
      stampTiming(event.node.res, new ServerTiming())
      setResponseHeader(event, 'x-request-id', 'a-request')
    },
    onError: (error: H3Error, event) => errorHandler(error, event),
  })
  app.use(createRouter().patch('/api/cart/items/:id', defineEventHandler(async (event): Promise<z.infer<typeof answer>> => ({ id: readId(event, identifier), ...await readJson(event, changeItemBody) }))))
  server = createServer(toNodeListener(app))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise(resolve => server.close(resolve)))

const ids = ['8e03978e-40d5-43dd-bc93-6894a57f9324', '00000000-0000-4000-8000-000000000000']

test('a document that somebody keeps beside the code says what is not so', () => proof({
  pattern: 'described-by-schema',
  claim: 'Whatever is sent to a route, as described or nearly so, its answer is one that the document describes.',
  real: (document: OpenApiDocument) => document,
  naive: describeByHand,
  async check(publish) {
    const [route] = routesOf(publish(openApiDocument([description], { version: 'proof', url })))
    let [requests, violations] = [0, 0]
    for (const request of fc.sample(requestsTo(route!.operation, { id: ids }), { numRuns: 150, seed: 7 }).filter(one => !one.otherMethod)) {
      const response = await fetch(`${url}/api/cart/items/${percentEncoded(request.params.id!) || '%20'}`, { method: 'PATCH', headers: request.contentType ? { 'content-type': request.contentType } : {}, body: request.body })
      requests += 1
      if (mistakesIn({ status: response.status, headers: response.headers, text: await response.text() }, route!.operation).length > 0) violations += 1
    }
    return { violations, requests }
  },
}))
