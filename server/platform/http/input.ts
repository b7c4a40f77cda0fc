import { getHeader, getQuery, type H3Event, readRawBody } from 'h3'
import { z } from 'zod'
import { notFound } from './app-error.ts'
import { invalidInput, malformedJson, maxBodyBytes, notJson, tooComplex, tooLarge } from './refusals.ts'

/** What no honest client comes near, and what a recursive look at it survives. */
export const maxJsonDepth = 20
export const maxJsonItems = 5_000

function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalidInput(where, parsed.error.issues.slice(0, 50).map(issue => ({ path: issue.path.map(String).join('.').slice(0, 200) || where, message: issue.message.slice(0, 500) })))
}

/** Looks at every level in turn, not into them: however deep a body is nested, the stack is not. */
function checkShape(value: unknown): void {
  let items = 0
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxJsonDepth) throw tooComplex(`At most ${maxJsonDepth} levels deep.`)
    level = level.filter(one => one !== null && typeof one === 'object').flatMap(one => Object.values(one as object))
    items += level.length
    if (items > maxJsonItems) throw tooComplex(`At most ${maxJsonItems} values.`)
  }
}

/**
 * The body as bytes, at most 100 kB; counted while it arrives, whatever `Content-Length` says.
 * @throws {AppError} 413
 */
export async function readBytes(event: H3Event): Promise<Buffer> {
  if (Number(getHeader(event, 'content-length') ?? 0) > maxBodyBytes) throw tooLarge()
  const body = await readRawBody(event, false)
  if (body && body.byteLength > maxBodyBytes) throw tooLarge()
  return body ?? Buffer.alloc(0)
}

/**
 * Reads a JSON body and checks it.
 * @throws {AppError} 400 for what is not JSON, 413, 415, 422 with a list of what is wrong
 */
export async function readJson<S extends z.ZodType>(event: H3Event, schema: S): Promise<z.output<S>> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(getHeader(event, 'content-type') ?? '')) throw notJson()
  const text = (await readBytes(event)).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  }
  catch {
    throw malformedJson()
  }
  checkShape(value)
  return check(schema, value, 'body')
}

const nothing = z.strictObject({})

/**
 * For what needs no body: one that says something is refused, so that nobody believes it was heard.
 * @throws {AppError} 400, 413, 415, 422
 */
export async function readNothing(event: H3Event): Promise<void> {
  if ((await readBytes(event)).byteLength > 0) await readJson(event, nothing)
}

/**
 * Reads an urlencoded form, as a page without JavaScript sends it.
 * @throws {AppError} 413, 422
 */
export async function readForm<S extends z.ZodType>(event: H3Event, schema: S): Promise<z.output<S>> {
  const fields = new URLSearchParams((await readBytes(event)).toString('utf8'))
  return check(schema, Object.fromEntries(fields), 'form')
}

/** @throws {AppError} 422 */
export function readQuery<S extends z.ZodType>(event: H3Event, schema: S): z.output<S> {
  return check(schema, getQuery(event), 'query')
}

/** @throws {AppError} 404: an id of the wrong form belongs to nothing. */
export function readId(event: H3Event, schema: z.ZodType<string>, name = 'id', what = 'thing'): string {
  const parsed = schema.safeParse(decodeParam(event.context.params?.[name]))
  if (!parsed.success) throw notFound(what)
  return parsed.data
}

function decodeParam(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value)
  }
  catch {
    return undefined
  }
}
