import { getResponseHeader, setResponseHeader, setResponseHeaders } from 'h3'
import { defineNitroPlugin } from 'nitropack/runtime'
import { contentSecurityPolicy, policyForData, scriptHashes, securityHeaders } from '../platform/http/security-headers.ts'

/** Each page gets the policy of its own scripts when it is rendered, which a cache then keeps beside it; all else the strictest. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('request', (event) => {
    const https = event.context.platform.config.publicUrl.startsWith('https:')
    setResponseHeaders(event, { ...securityHeaders({ https }), 'content-security-policy': policyForData })
  })
  nitro.hooks.hook('render:response', (response, { event }) => {
    delete response.headers?.['x-powered-by']
    // Hot reload speaks over inline scripts of its own.
    if (import.meta.dev || typeof response.body !== 'string' || !getResponseHeader(event, 'content-security-policy')) return
    const https = event.context.platform.config.publicUrl.startsWith('https:')
    const policy = contentSecurityPolicy(scriptHashes(response.body), { https })
    if (response.headers) response.headers['content-security-policy'] = policy
    setResponseHeader(event, 'content-security-policy', policy)
  })
})
