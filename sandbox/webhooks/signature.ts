import { createHmac } from 'node:crypto'

/**
 * Signs a webhook body by Stripe's scheme: HMAC-SHA256 over `<timestamp>.<raw body>`, keyed by the whole secret text.
 * @param timestampS seconds since 1970; the receiver refuses an old one, so sign each attempt anew
 * @returns the header's value, `t=…,v1=…`
 */
export function signatureHeader(raw: string, secret: string, timestampS: number): string {
  return `t=${timestampS},v1=${createHmac('sha256', secret).update(`${timestampS}.${raw}`).digest('hex')}`
}
