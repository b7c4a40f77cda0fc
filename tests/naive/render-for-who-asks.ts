/** Keeps what the first visitor's own request rendered, by its address. */
export function renderForWhoAsks(render: (request: { address: string, cookie?: string }) => string) {
  const kept = new Map<string, string>()
  return ({ address, cookie }: { address: string, cookie?: string }) => {
    if (!kept.has(address)) kept.set(address, render({ address, cookie }))
    return kept.get(address)!
  }
}
