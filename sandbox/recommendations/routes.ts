import { z } from 'zod'
import type { Service } from '../faults/gate.ts'
import { reasons } from '../faults/registry.ts'
import type { Faults } from '../faults/registry.ts'
import { dispatch, json, parseJson, problem, route } from '../http.ts'
import type { Call, Route } from '../http.ts'
import { catalogueBody } from './catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import { garbage, garbageKinds } from './garbage.ts'

interface Context { call: Call, catalogue: Catalogue, faults: Faults }

const query = z.object({ slug: z.string().min(1).max(200), limit: z.coerce.number().int().min(1).max(100).default(8) })

const routes: Route<Context>[] = [
  route('GET', '/recommendations', ({ call, catalogue, faults }) => {
    const kind = faults.get('recommendations').garbage
    if (kind) return garbage(kind === true ? faults.pick('recommendations', 'garbage', garbageKinds) : kind)
    const parsed = query.safeParse(Object.fromEntries(call.query))
    if (!parsed.success) return problem(422, 'recommendations/bad-query', z.prettifyError(parsed.error), { errors: reasons(parsed.error) })
    return json(200, { items: catalogue.recommend(parsed.data.slug, parsed.data.limit) })
  }),
  route('PUT', '/recommendations/catalogue', ({ call, catalogue }) => {
    const parsed = catalogueBody.safeParse(parseJson(call.raw))
    if (!parsed.success) return problem(422, 'recommendations/bad-catalogue', z.prettifyError(parsed.error), { errors: reasons(parsed.error) })
    catalogue.replace(parsed.data.slugs)
    return json(200, { slugs: catalogue.size() })
  }),
]

/** The recommendations service as the fault gate sees it. */
export function recommendationsService(catalogue: Catalogue, faults: Faults): Service {
  return {
    name: 'recommendations',
    operations: () => ['read'],
    claim: () => () => {},
    broken: () => problem(500, 'recommendations/broken', 'the service failed'),
    answer: call => dispatch(routes, call.method, call.path, { call, catalogue, faults }) ?? problem(404, 'recommendations/no-such-route', 'unknown route'),
  }
}
