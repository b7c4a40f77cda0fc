import { z } from 'zod'
import type { JsonSchema, OpenApiDocument, Operation } from '../../server/platform/http/openapi.ts'
import { problem } from '../../shared/schemas/problem.ts'

/** One route as the shop's own document describes it. */
export interface Described { method: string, path: string, operation: Operation }

export interface RawAnswer { status: number, headers: Headers, text: string }

/** Puts in place of every `$ref` what it names. */
export function resolveRefs(value: unknown, document: OpenApiDocument): unknown {
  if (Array.isArray(value)) return value.map(one => resolveRefs(one, document))
  if (value === null || typeof value !== 'object') return value
  const { $ref } = value as { $ref?: string }
  if ($ref) return resolveRefs(document.components.schemas[$ref.split('/').at(-1)!], document)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolveRefs(inner, document)]))
}

export function routesOf(document: OpenApiDocument): Described[] {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation: resolveRefs(operation, document) as Operation })))
}

export async function apiOf(url: string): Promise<Described[]> {
  return routesOf(await (await fetch(`${url}/api/openapi.json`)).json() as OpenApiDocument)
}

const strictProblem = z.strictObject(problem.shape)
const readers = new WeakMap<JsonSchema, z.ZodType>()
function readerOf(schema: JsonSchema): z.ZodType {
  const made = readers.get(schema) ?? z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  readers.set(schema, made)
  return made
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return undefined
  }
}

const words = (error: z.ZodError) => error.issues.slice(0, 3).map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')

function problemMistakes({ status, headers, text }: RawAnswer, codes: readonly string[] | null): string[] {
  if (headers.get('content-type') !== 'application/problem+json') return [`${status} is ${headers.get('content-type')}`]
  const read = strictProblem.safeParse(parsed(text))
  if (!read.success) return [`the problem is none: ${words(read.error)}`]
  const { code, errors, type } = read.data
  return [
    ...(read.data.status === status ? [] : [`says ${read.data.status} and is ${status}`]),
    ...(type === `/problems/${code}` ? [] : [`its type is ${type}`]),
    ...(codes === null || codes.includes(code) ? [] : [`${code} with ${status} is not described`]),
    ...(status === 422 && !code.startsWith('orders/') && !errors?.length ? ['422 names no field'] : []),
  ]
}

function successMistakes({ status, headers, text }: RawAnswer, { responses }: Operation): string[] {
  const content = Object.entries(responses[status]!.content ?? {})[0]
  if (!content) return text === '' ? [] : [`${status} has a body`]
  const [type, { schema }] = content
  if (!headers.get('content-type')?.startsWith(type)) return [`is ${headers.get('content-type')}, not ${type}`]
  if (type !== 'application/json') return []
  const read = readerOf(schema).safeParse(parsed(text))
  return read.success ? [] : [`its body is not what was described: ${words(read.error)}`]
}

/**
 * What about an answer is not as the document has it; nothing when all is. A method that the route has not is answered 405.
 */
export function mistakesIn(answer: RawAnswer, operation: Operation, { otherMethod = false } = {}): string[] {
  const { status, headers } = answer
  const edge = ['x-request-id', 'server-timing'].filter(name => !headers.get(name)).map(name => `has no ${name}`)
  if (otherMethod) {
    // An address that is none is refused before anybody asks what it could do.
    const refused = (status === 405 && headers.get('allow')) || (status === 400 && answer.text.includes('platform/bad-target'))
    return [...edge, ...(refused ? [] : [`another method is answered ${status}`]), ...problemMistakes(answer, null)]
  }
  if (!(status in operation.responses)) return [...edge, `${status} is not described: ${answer.text.slice(0, 200)}`]
  if (status >= 500 && answer.headers.get('content-type') === 'application/problem+json') return [...edge, `answered ${status}: ${answer.text.slice(0, 200)}`]
  return [...edge, ...(status >= 400 ? problemMistakes(answer, operation['x-problems'][status] ?? []) : successMistakes(answer, operation))]
}
