import { apiDescription } from './api-description.ts'
import type { Config } from './platform/config.ts'
import { notFound } from './platform/http/app-error.ts'
import { openApiDocument, type OpenApiDocument } from './platform/http/openapi.ts'

let made: OpenApiDocument | undefined

/**
 * The API of this process, described once.
 * @throws {AppError} 404 in production: who reads there what can be sent is rarely a friend
 */
export function apiDocument({ mode, version, publicUrl }: Pick<Config, 'mode' | 'version' | 'publicUrl'>): OpenApiDocument {
  if (mode === 'production') throw notFound('page')
  return made ??= openApiDocument(apiDescription, { version, url: publicUrl })
}
