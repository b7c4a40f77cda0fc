import { setResponseHeader, setResponseHeaders } from 'h3'
import { defineNitroPlugin } from 'nitropack/runtime'
import { keptByNobody } from '../platform/cache/freshness.ts'
import { contentSecurityPolicy, policyForData, scriptHashes, securityHeaders } from '../platform/http/security-headers.ts'

declare module 'h3' {
  interface H3EventContext {
    /** The inline scripts of the page that is being rendered, as CSP source expressions. */
    pageScripts?: string[]
  }
}

/** Each page gets the policy of its own scripts when it is rendered, which a cache then keeps beside it; all else the strictest. */
export default defineNitroPlugin((nitro) => {
  let always: Record<string, string> | undefined
  nitro.hooks.hook('request', (event) => {
    always ??= { ...securityHeaders({ https: event.context.platform.config.publicUrl.startsWith('https:') }), 'content-security-policy': policyForData, 'cache-control': keptByNobody }
    setResponseHeaders(event, always)
  })
  nitro.hooks.hook('render:html', (page, { event }) => {
    event.context.pageScripts = scriptHashes(page)
  })
  nitro.hooks.hook('render:response', (response, { event }) => {
    delete response.headers?.['x-powered-by']
    const { pageScripts, platform } = event.context
    // Hot reload speaks over inline scripts of its own.
    if (import.meta.dev || !pageScripts) return
    const stripe = !!platform.config.stripe.publishableKey && event.context.pagePattern === '/checkout'
    const policy = contentSecurityPolicy(pageScripts, { https: platform.config.publicUrl.startsWith('https:'), stripe })
    if (response.headers) response.headers['content-security-policy'] = policy
    setResponseHeader(event, 'content-security-policy', policy)
  })
})
