/** What a request is for; when there is not enough for everybody, the first of these is refused first and the last one last. */
export type Priority = 'suggesting' | 'searching' | 'browsing' | 'buying'

/** Never refused: what others decide by, money that has moved, and streams, which stay open for hours and cost next to nothing. */
type Treatment = Priority | 'exempt'

/** The first row that fits decides; pages and their API count alike. What fits none is browsing. */
const treatments: readonly { path: RegExp, as: Treatment }[] = [
  { path: /^\/(?:api\/(?:health|payments\/webhook|fulfilment\/webhook)|metrics)(?:\/|$)/, as: 'exempt' },
  { path: /^\/api\/orders\/[^/]+\/events$/, as: 'exempt' },
  // They wait in a queue of their own for the two that draw, and a browser asks for a page's two dozen at once.
  { path: /^\/pictures\//, as: 'exempt' },
  { path: /^\/api\/products\/suggest\/?$/, as: 'suggesting' },
  { path: /^\/(?:search|categories)(?:\/|$)|^\/api\/products\/?$/, as: 'searching' },
  { path: /^\/(?:api\/)?(?:cart|checkout|orders|payments|auth|account|admin)(?:\/|$)/, as: 'buying' },
  { path: /^\/(?:login|register|forgot|reset)(?:\/|$)/, as: 'buying' },
]

/** @param path without its query */
export function treatmentOf(path: string): Treatment {
  return treatments.find(row => row.path.test(path))?.as ?? 'browsing'
}
