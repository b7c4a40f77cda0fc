import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { apiDescription } from '../../server/api-description.ts'
import type { RouteDescription } from '../../server/platform/http/describe-route.ts'
import { openApiDocument } from '../../server/platform/http/openapi.ts'
import { filesBelow, read, root } from './source-files.ts'

interface RouteFile { file: string, method: string, path: string }

const files: RouteFile[] = filesBelow('server', '.ts').filter(file => /^server\/(?:[^/]+\/)?api\//.test(file)).map((file) => {
  const [, url, method] = /\/api\/(.+)\.(get|post|put|patch|delete)\.ts$/.exec(file)!
  return { file, method: method!, path: `/api/${url!.replace(/\/index$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}` }
})
const described = apiDescription.flatMap(({ domain, routes }) => routes.map(route => ({ domain, ...route })))
const nameOf = ({ method, path }: Pick<RouteDescription, 'method' | 'path'> | RouteFile) => `${method} ${path}`
const fileOf = new Map(files.map(one => [nameOf(one), one.file]))
const document = openApiDocument(apiDescription, { version: 'test', url: 'http://localhost' })

/** What a file imports from where schemas are kept, by the name that it uses. */
async function importedSchemas(file: string): Promise<Map<string, z.ZodType>> {
  const found = new Map<string, z.ZodType>()
  for (const [, names, from] of read(file).matchAll(/^import \{([^}]*)\} from '(\.[^']*)'/gm)) {
    const target = relative(root, join(root, dirname(file), from!))
    if (!target.startsWith('shared/schemas/') && !/(?:slug|decide-letter)\.ts$/.test(target)) continue
    const module = await import(/* @vite-ignore */ join(root, target)) as Record<string, unknown>
    for (const name of names!.split(',').map(one => one.trim()).filter(one => one && !one.startsWith('type '))) {
      if (module[name] instanceof z.ZodType) found.set(name, module[name])
    }
  }
  return found
}

describe('the API\'s description', () => {
  it('has every route below api, and no other, each once', () => {
    expect(described.map(nameOf).toSorted()).toEqual(files.map(nameOf).toSorted())
    expect(described.length).toBeGreaterThanOrEqual(45)
  })

  it('stands in the domain of its route', () => {
    expect(described.filter(one => !fileOf.get(nameOf(one))!.startsWith(one.domain === 'process' ? 'server/api/' : `server/${one.domain}/`)).map(nameOf)).toEqual([])
  })

  it.each(described.map(one => [nameOf(one), one] as const))('%s: its schemas are the very ones that the handler parses with', async (_, route) => {
    const file = fileOf.get(nameOf(route))!
    const source = read(file)
    const schemas = await importedSchemas(file)
    const body = route.body instanceof z.ZodType ? [route.body] : []
    // The right of a guest is read for several routes in one place.
    const query = route.query && !('token' in route.query.shape) ? [route.query] : []
    const wanted = new Set<z.ZodType>([...body, ...query, ...Object.values(route.params ?? {})])
    const used = new Set(schemas.values())
    expect([...used].every(schema => wanted.has(schema)), `a schema that ${file} uses is not described`).toBe(true)
    expect([...wanted].every(schema => used.has(schema)), `a schema is described that ${file} does not use`).toBe(true)
    expect(/\breadJson\(/.test(source)).toBe(body.length > 0)
    expect(/\breadNothing\(/.test(source)).toBe(route.body === 'nothing')
    expect(/\breadBytes\(/.test(source)).toBe(route.body === 'bytes')
    expect(/\b(?:orderReader|claimOf)\(/.test(source)).toBe(route.query !== undefined && 'token' in route.query.shape)
  })

  it.each(described.map(one => [nameOf(one), one] as const))('%s: who may ask is who the handler lets in', (_, { access, method, path }) => {
    const source = read(fileOf.get(`${method} ${path}`)!)
    expect(source.includes('requireAdmin(')).toBe(access === 'admin')
    if (source.includes('requireUser(')) expect(access).toBe('user')
    expect(source.includes('idempotency-key')).toBe(described.find(one => one.method === method && one.path === path)!.headers?.['Idempotency-Key'] !== undefined)
  })

  it('knows every code that the server refuses with, and no other', () => {
    const sources = filesBelow('server', '.ts').filter(file => !/(?:implied-refusals|api-description)\.ts$/.test(file)).map(read).join('\n')
    const thrown = new Set([...sources.matchAll(/code: '([a-z-]+\/[a-z0-9-]+)'/g)].map(match => match[1]!))
    const told = new Set(Object.values(document.paths).flatMap(methods => Object.values(methods).flatMap(one => Object.values(one['x-problems']).flat())))
    // Of what is no answer of a route: an import's, a worker's port, a method that a path has not.
    const elsewhere = ['products/sku-taken', 'platform/not-a-web-process', 'platform/http-405', 'payments/amount-mismatch']
    expect([...thrown].filter(code => !told.has(code) && !elsewhere.includes(code))).toEqual([])
    expect([...told].filter(code => !thrown.has(code) && !/^platform\/http-500$|^auth\/password-/.test(code))).toEqual([])
  })
})

describe('the document', () => {
  it('is OpenAPI 3.1 whose references lead somewhere and whose operations have names of their own', () => {
    const text = JSON.stringify(document)
    const names = Object.values(document.paths).flatMap(methods => Object.values(methods).map(one => one.operationId))
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(new Set(names).size).toBe(names.length)
    expect([...text.matchAll(/"\$ref":"([^"]*)"/g)].map(match => match[1]!).filter(ref => !(ref.replace('#/components/schemas/', '') in document.components.schemas))).toEqual([])
    expect(text).not.toContain('$defs')
  })

  it('tells every answer of a route, its own and those of the edge, and what limits it', () => {
    const { post } = document.paths['/api/orders']!
    expect(Object.keys(post!.responses)).toEqual(['201', '202', '400', '402', '403', '404', '409', '413', '414', '415', '422', '429', '431', '500', '503'])
    expect(post!['x-problems']['409']).toEqual(['orders/still-running', 'orders/checkout-expired', 'promotions/already-used', 'promotions/used-up'])
    expect(post!['x-rate-limit']).toMatchObject({ policy: expect.any(String) })
    expect(document.paths['/api/health/live']!.get!['x-rate-limit']).toBeUndefined()
  })
})
