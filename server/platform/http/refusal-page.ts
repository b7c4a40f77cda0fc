import { createHash } from 'node:crypto'
import { type H3Event, setResponseHeaders, setResponseStatus } from 'h3'
import type { AppError } from './app-error.ts'

const style = 'body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:20vh auto 0;padding:0 1.5rem;color:#1d2a33;background:#fbf9f4}h1{font-size:1.75rem;line-height:1.2}'
const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * Says no in a few words, without rendering: a refusal must cost less than what it refuses. The text is ours, not the
 * visitor's, so nothing in it needs escaping. Answers the body.
 */
export function refuseInWords(event: H3Event, { statusCode, title, detail, retryAfterS }: Pick<AppError, 'statusCode' | 'title' | 'detail' | 'retryAfterS'>): string {
  setResponseStatus(event, statusCode)
  setResponseHeaders(event, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
    ...(retryAfterS !== undefined && { 'retry-after': retryAfterS }),
  })
  const wait = retryAfterS === undefined ? '' : ` In ${retryAfterS === 1 ? 'a second' : `${retryAfterS} seconds`} you can load this page again; what you typed is still there when you go back.`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Monolith Supply</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${detail}${wait}</p></main></body></html>`
}
