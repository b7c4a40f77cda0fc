/**
 * Prevents: a document about an API that says what somebody meant two releases ago.
 * Guarantees: a route is described beside its domain, in the very schemas and errors that its code parses with and throws.
 * A test finds every route that is not described, everything described that is no route, and every schema that a handler
 * uses and its description does not; the fuzzer then holds the running shop to the rest.
 *
 * @pattern described-by-schema
 */
import type { z } from 'zod'
import type { AppError } from './app-error.ts'

/**
 * Who gets an answer other than a refusal: `anyone`; a `shopper` by their cookie, for what is theirs; a `user`, who is
 * logged in; an `admin`; or a machine whose request is `signed`.
 */
export type Access = 'anyone' | 'shopper' | 'user' | 'admin' | 'signed'

export interface Answer {
  description: string
  /** Nothing for an answer without a body. */
  schema?: z.ZodType
  /** `application/json` unless said otherwise. */
  contentType?: string
  headers?: Record<string, string>
}

export interface HeaderDescription { required: boolean, description: string, schema: z.ZodType }

/** What a refusal needs to be described; an `AppError` is one. */
export type Refusal = Pick<AppError, 'code' | 'statusCode' | 'title'>

export interface RouteDescription {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** With its parameters in braces, as in `/api/orders/{id}`. */
  path: `/api/${string}`
  summary: string
  access: Access
  params?: Record<string, z.ZodType<string>>
  query?: z.ZodObject
  headers?: Record<string, HeaderDescription>
  /** A schema of JSON; `nothing` where a body that says something is refused, `bytes` for what is signed, `picture` for a file. */
  body?: z.ZodType | 'nothing' | 'bytes' | 'picture'
  answers: Record<number, Answer>
  /** Beyond what follows from the rest; made by the functions that the code throws with. */
  refusals?: readonly Refusal[]
  /** Answers in a demo and in tests alone; 404 elsewhere. */
  demoOnly?: boolean
}

/** The routes of one domain. */
export interface DomainDescription { domain: string, about: string, routes: readonly RouteDescription[] }
