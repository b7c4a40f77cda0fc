import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { contentSecurityPolicy, scriptHashes, securityHeaders } from '../../server/platform/http/security-headers.ts'

const hashOf = (code: string) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`

describe('the policy of a page', () => {
  test('names each inline script by its bytes, once, and neither files nor data', () => {
    const head = ['<script>one()</script><script type="module" src="/a.js"></script>', '<script type="application/ld+json">{"a":1}</script>']
    expect(scriptHashes({ head, bodyAppend: ['<SCRIPT type="importmap">{}</SCRIPT><script>one()</script>'] })).toEqual([hashOf('one()'), hashOf('{}')])
  })

  test('allows no inline script as such, no eval, no frame, no foreign base and no form to elsewhere', () => {
    const policy = contentSecurityPolicy([], { https: true })
    const script = /script-src ([^;]*)/.exec(policy)![1]
    expect(script).toBe('\'self\'')
    for (const part of ['script-src-attr \'none\'', 'object-src \'none\'', 'base-uri \'none\'', 'form-action \'self\'', 'frame-ancestors \'none\'', 'upgrade-insecure-requests']) expect(policy).toContain(part)
  })

  test('insists on https only where the shop is on https', () => {
    expect(securityHeaders({ https: true })['strict-transport-security']).toMatch(/max-age=\d{8}/)
    expect(securityHeaders({ https: false })).not.toHaveProperty('strict-transport-security')
    expect(contentSecurityPolicy([], { https: false })).not.toContain('upgrade-insecure-requests')
  })
})
