import { Readable } from 'node:stream'
import { json } from '../http.ts'
import type { Answer } from '../http.ts'

export const garbageKinds = ['malformed', 'hostile', 'huge'] as const
export type GarbageKind = (typeof garbageKinds)[number]

const hugeBytes = 64 * 1_024 * 1_024

/** A broken 200: JSON cut off in the middle, well-formed JSON full of markup and wrong types, or 64 MiB of valid JSON. */
export function garbage(kind: GarbageKind): Answer {
  if (kind === 'malformed') return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"items":[{"slug":"blue-sh' }
  if (kind === 'huge') return { status: 200, headers: { 'content-type': 'application/json' }, body: Readable.from(hugeBody()) }
  return json(200, { items: [
    { slug: '<img src=x onerror=alert(1)>', score: 1 },
    { slug: '"><script>alert(document.cookie)</script>', score: 0.99 },
    { slug: 'javascript:alert(1)', score: 'NaN' },
    { slug: '../../api/orders', score: 0.9 },
    { slug: null, score: null },
    { slug: ['nested'], score: { value: 1 } },
    { slug: 'x'.repeat(10_000), score: -1 },
    { slug: 'no-such-product', score: 1e308, __proto__: null },
    'not an object',
  ] })
}

function* hugeBody(): Generator<string> {
  const chunk = `${JSON.stringify({ slug: 'padding', score: 0 })},`.repeat(2_000)
  yield '{"items":['
  for (let sent = 0; sent < hugeBytes; sent += chunk.length) yield chunk
  yield '{"slug":"end","score":0}]}'
}
