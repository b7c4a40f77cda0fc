import { getHeader, getQuery, type H3Event, readRawBody } from 'h3'
import { z } from 'zod'
import { AppError } from './app-error.ts'

export const maxBodyBytes = 100_000

function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError({
    code: 'platform/invalid-input',
    status: 422,
    title: 'Some of that is not usable',
    detail: `The ${where} did not pass validation.`,
    errors: parsed.error.issues.slice(0, 50).map(issue => ({ path: issue.path.join('.') || where, message: issue.message })),
  })
}

const tooLarge = () => new AppError({ code: 'platform/body-too-large', status: 413, title: 'That is too large', detail: `At most ${maxBodyBytes} bytes are read.` })

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
  const type = getHeader(event, 'content-type') ?? ''
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new AppError({ code: 'platform/not-json', status: 415, title: 'Send JSON', detail: 'The content type must be application/json.' })
  }
  const text = (await readBytes(event)).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  }
  catch {
    throw new AppError({ code: 'platform/malformed-json', status: 400, title: 'That is not JSON' })
  }
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
  if (!parsed.success) throw new AppError({ code: 'platform/not-found', status: 404, title: `There is no such ${what}` })
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
