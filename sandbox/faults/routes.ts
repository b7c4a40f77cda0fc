import { z } from 'zod'
import { json, parseJson, problem, route } from '../http.ts'
import type { Answer, Call, Route } from '../http.ts'
import { serviceNames } from './knobs.ts'
import type { ServiceName } from './knobs.ts'
import { reasons } from './registry.ts'
import type { Faults } from './registry.ts'

interface Context { call: Call, faults: Faults }

/** `GET/DELETE /faults`, and `GET/PUT/DELETE /faults/<service>`; PUT replaces all knobs of the service, 422 tells what is wrong. */
export const faultRoutes: Route<Context>[] = [
  route('GET', '/faults', ({ faults }) => json(200, all(faults))),
  route('DELETE', '/faults', ({ faults }) => {
    for (const service of serviceNames) faults.clear(service)
    return json(200, all(faults))
  }),
  route('GET', '/faults/:service', ({ faults }, params) => withService(params, service => json(200, faults.get(service)))),
  route('PUT', '/faults/:service', ({ call, faults }, params) => withService(params, service => put(faults, service, call.raw))),
  route('DELETE', '/faults/:service', ({ faults }, params) => withService(params, (service) => {
    faults.clear(service)
    return json(200, faults.get(service))
  })),
]

function all(faults: Faults) {
  return Object.fromEntries(serviceNames.map(service => [service, faults.get(service)]))
}

function withService(params: Record<string, string>, handle: (service: ServiceName) => Answer): Answer {
  const service = serviceNames.find(name => name === params.service)
  return service ? handle(service) : problem(404, 'sandbox/no-such-service', `services are ${serviceNames.join(', ')}`)
}

function put(faults: Faults, service: ServiceName, raw: string): Answer {
  try {
    return json(200, faults.set(service, parseJson(raw)))
  }
  catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return problem(422, 'sandbox/bad-knob', z.prettifyError(error), { errors: reasons(error) })
  }
}
