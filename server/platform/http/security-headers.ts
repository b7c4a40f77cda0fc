/**
 * What a browser is told to refuse on our behalf.
 *
 * Prevents: injected markup that runs as script, our pages inside somebody else's frame, a type that is guessed, and
 * addresses with an order's key in another site's log.
 * Guarantees: a script runs when it is a file of ours, or inline in the frame that we put around the page's markup, with the
 * very bytes that stand there; one that came in with the markup itself is not covered. The policy names those bytes by their
 * hash and no nonce, so that a page from a cache brings a policy that fits it.
 *
 * @pattern content-security-policy
 */
import { createHash } from 'node:crypto'

const inlineScript = /<script\b([^>]*)>([\s\S]*?)<\/script>/gi
/** Neither fetched from elsewhere nor mere data. */
const runs = (attributes: string) => !/\bsrc\s*=/i.test(attributes) && !/\btype\s*=\s*"?application\/(?:ld\+)?json/i.test(attributes)

/** What stands around the markup that components have rendered: there a script is ours, within it it is somebody's words. */
export interface PageFrame { head: string[], bodyAppend: string[] }

/** The CSP source expressions of the inline scripts in a page's frame, each once. */
export function scriptHashes({ head, bodyAppend }: PageFrame): string[] {
  const hashes = [...[...head, ...bodyAppend].join('\n').matchAll(inlineScript)]
    .filter(([, attributes]) => runs(attributes!))
    .map(([, , code]) => `'sha256-${createHash('sha256').update(code!).digest('base64')}'`)
  return [...new Set(hashes)]
}

/**
 * The policy for a page with these inline scripts; with `stripe`, for the checkout where Stripe's own form takes the card. Styles may be inline: what is behind a picture is one, and a style
 * cannot run.
 */
export function contentSecurityPolicy(scripts: readonly string[], { https, stripe = false }: { https: boolean, stripe?: boolean }): string {
  const also = (hosts: string) => stripe ? ` ${hosts}` : ''
  return [
    'default-src \'self\'',
    `script-src ${['\'self\'', ...scripts].join(' ')}${also('https://js.stripe.com https://*.js.stripe.com')}`,
    'script-src-attr \'none\'',
    'style-src \'self\' \'unsafe-inline\'',
    `img-src 'self' data:${also('https://*.stripe.com')}`,
    'font-src \'self\'',
    `connect-src 'self'${also('https://api.stripe.com')}`,
    ...(stripe ? ['frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com'] : []),
    'object-src \'none\'',
    'base-uri \'none\'',
    'form-action \'self\'',
    'frame-ancestors \'none\'',
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

/** What every answer carries, whatever it is. */
export function securityHeaders({ https }: { https: boolean }): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    ...(https && { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }),
  }
}

/** For answers that are no page: nothing in them may run or load anything, should a browser show one. */
export const policyForData = 'default-src \'none\'; frame-ancestors \'none\''
