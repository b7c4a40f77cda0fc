import { defineEventHandler, sendNoContent, setResponseHeader } from 'h3'
import { apiDescription } from '../api-description.ts'
import { methodNotAllowed } from '../platform/http/refusals.ts'
import { methodTable } from '../platform/http/route-methods.ts'

const methodsOf = methodTable(apiDescription)

/**
 * HEAD is answered as GET (RFC 9110, section 9.3.2): Node, which knows what was asked, sends no body by itself. OPTIONS tells the
 * methods of a path of the API, and any other method there is told which there are, where Nitro would render a page.
 */
export default defineEventHandler((event) => {
  const { method } = event
  if (method === 'HEAD') {
    event.context.headOnly = true
    event.node.req.method = 'GET'
    event._method = 'GET'
  }
  const allowed = event.path.startsWith('/api/') ? methodsOf(event.path.split('?')[0]!) : null
  if (!allowed || allowed.has(method)) return
  const allow = [...allowed, 'OPTIONS'].join(', ')
  setResponseHeader(event, 'allow', allow)
  if (method !== 'OPTIONS') throw methodNotAllowed(allow)
  return sendNoContent(event)
})
