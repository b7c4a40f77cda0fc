import { createError, defineEventHandler } from 'h3'
import { isHidden } from '../platform/http/internal-only.ts'

/**
 * /metrics, /admin, /demo and their APIs are not there for whoever comes through the balancer: the answer is that of any
 * unknown path. After the limits, since an unknown path has one, too.
 */
export default defineEventHandler((event) => {
  if (!isHidden(event, event.context.platform.config)) return
  throw createError({ statusCode: 404, statusMessage: `Page not found: ${event.path}` })
})
