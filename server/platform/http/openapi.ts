/**
 * OpenAPI 3.1 from the descriptions of the routes: JSON Schema 2020-12 is zod's own, refusals are the errors that the code
 * throws, limits are the table that the limiter reads.
 *
 * @pattern described-by-schema
 */
import { z } from 'zod'
import { problem } from '../../../shared/schemas/problem.ts'
import { policyFor } from '../rate-limit/policies.ts'
import type { Access, Answer, DomainDescription, Refusal, RouteDescription } from './describe-route.ts'
import { refusalsOf } from './implied-refusals.ts'

export type JsonSchema = Record<string, unknown>
/** What zod writes of JSON Schema. */
export interface SchemaParts {
  $ref?: string
  type?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  anyOf?: JsonSchema[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}
export interface Parameter { name: string, in: 'path' | 'query' | 'header', required: boolean, description?: string, schema: JsonSchema }
export interface Content { schema: JsonSchema }
export interface Response { description: string, headers?: Record<string, unknown>, content?: Record<string, Content> }
export interface Operation {
  'operationId': string
  'tags': string[]
  'summary': string
  'description': string
  'parameters': Parameter[]
  'requestBody'?: { required: boolean, content: Record<string, Content> }
  'responses': Record<string, Response>
  'security': Record<string, string[]>[]
  'x-access': Access
  /** The codes of the problems by status. */
  'x-problems': Record<string, string[]>
  'x-rate-limit'?: { policy: string, quota: number, windowS: number }
}
export interface OpenApiDocument {
  openapi: string
  info: { title: string, version: string, description: string }
  servers: { url: string }[]
  tags: { name: string, description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>, securitySchemes: Record<string, unknown> }
}

const says: Record<Access, string> = {
  anyone: 'For anyone.',
  shopper: 'For a shopper, known by their cookie, about what is theirs; somebody else\'s thing answers like one that does not exist.',
  user: 'Needs a log-in.',
  admin: 'Needs the log-in of somebody who runs the shop.',
  signed: 'For a machine that signs what it sends.',
}

/** Turns schemas into JSON Schema; those that have a name become components. */
function schemaWriter() {
  const components: Record<string, JsonSchema> = {}
  const relink = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(relink)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) =>
      [key, key === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', '#/components/schemas/') : relink(inner)]))
  }
  function write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      // The format says it already, and is what a reader understands.
      override: ({ jsonSchema }) => {
        if (jsonSchema.format) delete jsonSchema.pattern
      },
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> }
    for (const [name, one] of Object.entries($defs)) {
      const text = JSON.stringify(relink(one))
      if (components[name] && JSON.stringify(components[name]) !== text) throw new Error(`two schemas are called ${name}`)
      components[name] = JSON.parse(text) as JsonSchema
    }
    return relink(rest) as JsonSchema
  }
  return { components, write }
}

type Write = ReturnType<typeof schemaWriter>['write']

function parametersOf({ params = {}, query, headers = {} }: RouteDescription, write: Write): Parameter[] {
  const { properties = {}, required = [] } = query ? write(query, 'input') as { properties?: Record<string, JsonSchema>, required?: string[] } : {}
  return [
    ...Object.entries(params).map(([name, schema]) => ({ name, in: 'path' as const, required: true, schema: write(schema, 'input') })),
    ...Object.entries(properties).map(([name, schema]) => ({ name, in: 'query' as const, required: required.includes(name), schema })),
    ...Object.entries(headers).map(([name, { required, description, schema }]) => ({ name, in: 'header' as const, required, description, schema: write(schema, 'input') })),
  ]
}

function bodyOf({ body }: RouteDescription, write: Write): Operation['requestBody'] {
  if (body === undefined || body === 'nothing') return undefined
  if (body === 'picture') return { required: true, content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } }
  if (body === 'bytes') return { required: true, content: { 'application/json': { schema: { type: 'object' } } } }
  return { required: true, content: { 'application/json': { schema: write(body, 'input') } } }
}

function answerOf({ description, schema, contentType = 'application/json', headers }: Answer, write: Write): Response {
  return {
    description,
    ...(headers && { headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }])) }),
    ...(schema && { content: { [contentType]: { schema: write(schema, 'output') } } }),
  }
}

function problemOf(refusals: readonly Refusal[], write: Write): Response {
  return {
    description: refusals.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
    content: { 'application/problem+json': { schema: { allOf: [write(problem, 'output')], properties: { code: { enum: refusals.map(one => one.code) } } } } },
  }
}

const nameOf = ({ method, path }: RouteDescription) => `${method}${path.slice('/api'.length).replaceAll(/[/{}.-]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`

function operationOf(domain: string, route: RouteDescription, write: Write): Operation {
  const limit = policyFor(route.method.toUpperCase(), route.path.replaceAll(/\{\w+\}/g, 'x'))
  const refusals = Map.groupBy(refusalsOf(route, { limited: limit !== null }), one => one.statusCode)
  return {
    'operationId': nameOf(route),
    'tags': [domain],
    'summary': route.summary,
    'description': says[route.access],
    'parameters': parametersOf(route, write),
    'requestBody': bodyOf(route, write),
    'responses': Object.fromEntries([
      ...Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer, write)] as const),
      ...[...refusals].toSorted(([a], [b]) => a - b).map(([status, some]) => [String(status), problemOf(some, write)] as const),
    ]),
    'security': route.access === 'user' || route.access === 'admin' ? [{ shopper: [] }] : route.access === 'shopper' ? [{}, { shopper: [] }] : [],
    'x-access': route.access,
    'x-problems': Object.fromEntries([...refusals].toSorted(([a], [b]) => a - b).map(([status, some]) => [String(status), some.map(one => one.code)])),
    ...(limit && { 'x-rate-limit': { policy: limit.name, quota: limit.quota, windowS: limit.windowMs / 1_000 } }),
  }
}

/** The document about these domains. */
export function openApiDocument(domains: readonly DomainDescription[], { version, url }: { version: string, url: string }): OpenApiDocument {
  const { components, write } = schemaWriter()
  const paths: OpenApiDocument['paths'] = {}
  for (const { domain, routes } of domains) {
    for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(domain, route, write)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Monolith Supply',
      version,
      description: 'JSON, UTF-8, times in ISO 8601 UTC, money in pence beside its currency. Every GET answers HEAD as well, every path OPTIONS, and any other method 405 with `Allow`. Every error is a problem of RFC 9457 whose `code` is stable.',
    },
    servers: [{ url }],
    tags: domains.map(({ domain, about }) => ({ name: domain, description: about })),
    paths,
    components: { schemas: components, securitySchemes: { shopper: { type: 'apiKey', in: 'cookie', name: url.startsWith('https:') ? '__Host-shopper' : 'shopper' } } },
  }
}
