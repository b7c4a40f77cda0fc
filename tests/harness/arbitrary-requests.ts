import fc from 'fast-check'
import type { JsonSchema, Operation, Parameter, SchemaParts } from '../../server/platform/http/openapi.ts'
import { hostileTexts } from './hostile-text.ts'

/** What really is there, to be found in requests now and then: ids by the name of their field, such as `variantId`. */
export type Known = Record<string, readonly string[]>

export interface FuzzRequest {
  params: Record<string, string>
  query: [name: string, value: string][]
  headers: Record<string, string>
  body: string | null
  contentType: string | null
  otherMethod: boolean
}

const anyText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme-composite', maxLength: 40 }))
const plainText = fc.stringMatching(/^[A-Za-z][a-z ]{1,14}[a-z]$/)

function text({ format, pattern, minLength = 0, maxLength = 300 }: { format?: string, pattern?: string, minLength?: number, maxLength?: number }, known: readonly string[]): fc.Arbitrary<string> {
  if (format === 'uuid') return known.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fc.uuid() }) : fc.uuid()
  if (format === 'email') return fc.uuid().map(id => `fuzz-${id}@example.com`)
  if (known.length > 0) return fc.constantFrom(...known)
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  const fits = (value: string) => [...value].length >= minLength && value.length <= maxLength
  return fc.oneof({ weight: 3, arbitrary: plainText }, { weight: 2, arbitrary: anyText.filter(fits) }).map(value => (value.length < minLength ? value.padEnd(minLength, 'x') : value.slice(0, maxLength)))
}

/** Values that a schema of the document describes; the parts of JSON Schema that zod writes. */
export function arbitraryOf(schema: JsonSchema, known: Known = {}, name = ''): fc.Arbitrary<unknown> {
  const { type, properties, required = [], items, anyOf, minimum, maximum, minItems = 0, maxItems = 5, additionalProperties } = schema as SchemaParts
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum as unknown[])
  if (anyOf) return fc.oneof(...anyOf.map(one => arbitraryOf(one, known, name)))
  if (properties) return fc.record(Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, arbitraryOf(one, known, key)])), { requiredKeys: required as [] })
  switch (type) {
    case 'string': return text(schema, known[name] ?? [])
    case 'integer': return known[name] ? fc.constantFrom(...known[name].map(Number)) : fc.integer({ min: Math.max(minimum ?? -1_000, -2_147_483_648), max: Math.min(maximum ?? 1_000, 2_147_483_647) })
    case 'number': return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean': return fc.boolean()
    case 'null': return fc.constant(null)
    case 'array': return fc.array(arbitraryOf(items ?? {}, known, name), { minLength: minItems, maxLength: Math.min(maxItems, 4) })
    case 'object': return fc.dictionary(plainText, typeof additionalProperties === 'object' ? arbitraryOf(additionalProperties, known) : fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
    default: return fc.jsonValue({ maxDepth: 2 })
  }
}

const strayValue = fc.oneof(anyText, fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e21, 2 ** 53, 2 ** 31, [], {}, [[]], { $ne: null }), fc.jsonValue({ maxDepth: 3 }))
const strayKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'role', 'userId', 'ownerId', 'priceMinor', 'status', 'toString', '', '\0', 'x'.repeat(300))

/** A body with something about it that is not as described; as text, since `__proto__` is a key in JSON alone. */
const mutated = (body: unknown): fc.Arbitrary<string> => {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return strayValue.map(value => JSON.stringify(value) ?? 'null')
  const entries = Object.entries(body)
  const write = (all: [string, unknown][]) => `{${all.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`
  return fc.oneof(
    fc.nat().map(i => write(entries.filter((_, at) => at !== i % Math.max(1, entries.length)))),
    fc.tuple(fc.nat(), strayValue).map(([i, value]) => write(entries.map(([key, old], at) => [key, at === i % entries.length ? value : old]))),
    fc.tuple(strayKey, strayValue).map(([key, value]) => write([...entries, [key, value]])),
    fc.tuple(fc.nat(), anyText).map(([i, value]) => write(entries.map(([key, old], at) => [key, at === i % entries.length && old !== null && typeof old === 'object' ? Object.fromEntries(Object.entries(old).map(([inner, one], j) => [inner, j === 0 ? value : one])) : old]))),
    fc.constant(JSON.stringify([body])),
    fc.constantFrom('', '{', 'null', '"', '[[', '{"a":1,}', '\u{FEFF}{}', 'NaN', '{"__proto__":{"role":"admin"}}', `${'['.repeat(3_000)}${']'.repeat(3_000)}`, `{"a":${'{"a":'.repeat(60)}1${'}'.repeat(61)}`, `[${'0,'.repeat(6_000)}0]`, JSON.stringify({ name: 'x'.repeat(120_000) })),
  )
}

function bodies({ requestBody }: Operation, known: Known): fc.Arbitrary<Pick<FuzzRequest, 'body' | 'contentType'>> {
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema
  const json = (body: string) => ({ body, contentType: 'application/json' })
  if (!schema) return fc.oneof({ weight: 6, arbitrary: fc.constant({ body: null, contentType: null }) }, { weight: 1, arbitrary: fc.constantFrom('{}', '{"a":1}', '[', '').map(json) })
  const valid = arbitraryOf(schema, known)
  return fc.oneof(
    { weight: 5, arbitrary: valid.map(body => json(JSON.stringify(body))) },
    { weight: 4, arbitrary: valid.chain(mutated).map(json) },
    { weight: 1, arbitrary: fc.tuple(valid, fc.constantFrom(null, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', 'application/merge-patch+json', 'x'.repeat(200))).map(([body, contentType]) => ({ body: JSON.stringify(body), contentType })) },
  )
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value) ?? '')

function values(parameter: Parameter, known: Known): fc.Arbitrary<string> {
  return fc.oneof({ weight: 5, arbitrary: arbitraryOf(parameter.schema, known, parameter.name).map(asText) }, { weight: 2, arbitrary: anyText }, { weight: 1, arbitrary: strayValue.map(asText) })
}

function queries(parameters: Parameter[], known: Known): fc.Arbitrary<[string, string][]> {
  const described = fc.tuple(...parameters.map(one => fc.option(values(one, known), { freq: one.required ? 9 : 1 }).map(value => (value === null ? [] : [[one.name, value] as [string, string]]))))
  const stray = fc.option(fc.tuple(fc.oneof(strayKey, fc.constantFrom(...parameters.map(one => one.name), 'utm_source')), anyText), { freq: 5 })
  return fc.tuple(described, stray).map(([some, more]) => [...some.flat(), ...(more ? [more] : [])])
}

/** Only what a client can send in a header: bytes without line ends. */
const headerSafe = (value: string) => value.replaceAll(/[^\t\x20-\x7E]/g, '').trim()

/** Requests to one route: most as described, some nearly so. */
export function requestsTo(operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  const of = (where: Parameter['in']) => operation.parameters.filter(one => one.in === where)
  return fc.tuple(
    fc.tuple(...of('path').map(one => fc.oneof({ weight: 6, arbitrary: arbitraryOf(one.schema, known, one.name).map(asText) }, { weight: 1, arbitrary: anyText }).map(value => [one.name, value] as const))),
    queries(of('query'), known),
    fc.tuple(...of('header').map(one => fc.option(fc.oneof({ weight: 6, arbitrary: arbitraryOf(one.schema, known, one.name).map(asText) }, { weight: 1, arbitrary: anyText }), { freq: 8 }).map(value => (value === null ? [] : [[one.name, headerSafe(value)] as const])))),
    bodies(operation, known),
    fc.nat(14),
  ).map(([params, query, headers, body, dice]) => ({ params: Object.fromEntries(params), query, headers: Object.fromEntries(headers.flat()), ...body, otherMethod: dice === 0 }))
}

/** Percent-encoded UTF-8; half a surrogate pair as the bytes that UTF-8 forbids, which `encodeURIComponent` refuses to write. */
export const percentEncoded = (value: string) => [...value].map(sign => (/^\p{Surrogate}$/u.test(sign) ? '%ED%A0%80' : encodeURIComponent(sign))).join('')
