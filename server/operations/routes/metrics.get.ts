import { defineEventHandler, setResponseHeaders } from 'h3'

/** Prometheus' scrape; who may come here is said in `server/platform/http/internal-only.ts`. */
export default defineEventHandler(async (event): Promise<string> => {
  const { metrics } = event.context.platform
  setResponseHeaders(event, { 'cache-control': 'no-store', 'content-type': metrics.contentType })
  return metrics.text()
})
