import { defineEventHandler } from 'h3'
import { AppError } from '../platform/http/app-error.ts'

/** A worker has a port for its health and its metrics, and for nothing else. */
export default defineEventHandler((event) => {
  if (event.context.platform.config.role !== 'worker' || /^\/(?:api\/health|metrics)(?:[/?]|$)/.test(event.path)) return
  throw new AppError({ code: 'platform/not-a-web-process', status: 404, title: 'This process only works' })
})
