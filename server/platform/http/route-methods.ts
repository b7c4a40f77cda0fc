import type { DomainDescription, RouteDescription } from './describe-route.ts'

type Segments = readonly string[]
interface KnownPath { segments: Segments, methods: Set<string> }

const isParameter = (segment: string) => segment.startsWith('{')
const segmentsOf = (path: string): Segments => path.replace(/\/$/, '').split('/')

/**
 * Which methods a path below `/api` has; null for a path that is none of ours. Where two fit, the one with fewer parameters is
 * meant: `/api/products/suggest`, not `/api/products/{slug}`.
 */
export function methodTable(domains: readonly DomainDescription[]): (path: string) => ReadonlySet<string> | null {
  const known = new Map<string, KnownPath>()
  for (const { path, method } of domains.flatMap<RouteDescription>(one => one.routes)) {
    const { methods } = known.get(path) ?? { methods: new Set<string>() }
    methods.add(method.toUpperCase())
    if (method === 'get') methods.add('HEAD')
    known.set(path, { segments: segmentsOf(path), methods })
  }
  const parameters = ({ segments }: KnownPath) => segments.filter(isParameter).length
  const byLength = Map.groupBy([...known.values()].toSorted((a, b) => parameters(a) - parameters(b)), one => one.segments.length)
  return (path) => {
    const wanted = segmentsOf(path)
    return byLength.get(wanted.length)?.find(({ segments }) => segments.every((segment, i) => (isParameter(segment) ? wanted[i] !== '' : segment === wanted[i])))?.methods ?? null
  }
}
