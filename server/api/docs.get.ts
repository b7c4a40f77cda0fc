import { defineEventHandler, setResponseHeaders } from 'h3'
import { apiDocument } from '../api-document.ts'
import { renderApiPage } from '../platform/http/api-page.ts'

/** What the API is, for people: no script, and a policy that allows its one style alone. Not in production. */
export default defineEventHandler((event) => {
  const { html, policy } = renderApiPage(apiDocument(event.context.platform.config))
  setResponseHeaders(event, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'cache-control': 'no-store' })
  return html
})
