import { defineEventHandler, type H3Event } from 'h3'
import { useNitroApp } from 'nitropack/runtime'
import { isPublicPage, publicPageOf } from '../platform/cache/freshness.ts'
import { answerPublic } from '../platform/cache/public-answer.ts'
import { answerBusy } from '../platform/http/busy-answer.ts'
import { isInternal } from '../platform/http/internal-request.ts'

/** What of a rendered page goes to everybody; not its request's id, nor what it cost. */
const kept = ['content-type', 'content-security-policy', 'retry-after', 'location'] as const

/**
 * Public pages as HTML for everybody: rendered by a request of our own, at the one address that stands for all spellings, without
 * a cookie or any other header of the visitor. The browser fills in the basket and the name.
 */
export default defineEventHandler(async (event) => {
  if ((event.method !== 'GET' && event.method !== 'HEAD') || isInternal(event)) return
  const page = publicPageOf(event.path)
  if (import.meta.dev) return
  if (!page) return isPublicPage(event.path) ? renderForOne(event) : undefined
  event.context.pagePattern = page.row.route
  return answerPublic(event, page.row, { ...page.parameters, address: page.address }, async () => {
    const { status, headers, body } = await useNitroApp().localCall({ url: page.address, headers: { accept: 'text/html' } })
    const ours = kept.flatMap((name): [string, string][] => (headers[name] === undefined ? [] : [[name, String(headers[name])]]))
    return { status, body: String(body), headers: Object.fromEntries(ours) }
  })
})

/** In words that no entry stands for, it costs what one costs that nobody has: so it waits its turn like one. Answers only when there is none. */
function renderForOne(event: H3Event): string | undefined {
  const { priority, platform } = event.context
  const over = priority && platform.shedder.beginMaking(priority)
  if (over === null) {
    platform.countShed({ priority: priority! })
    return answerBusy(event)
  }
  if (over) event.node.res.once('close', over)
}
