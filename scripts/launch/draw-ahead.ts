/** The widths of tiles that phones and desks ask for. */
const tile = /\/(?:480|640)\.avif$/

/**
 * Asks a shop that has just started for the pictures of its home, one after the other, so that they are drawn before
 * somebody looks: those that the page preloads first, which are what its largest paint waits for. What fails here is drawn
 * for the first visitor.
 */
export async function drawAhead(shopUrl: string): Promise<void> {
  const ask = (path: string) => fetch(new URL(path, shopUrl)).then(answer => answer.text())
  try {
    const html = await ask('/')
    const pictures = (text: string) => [...text.matchAll(/\/pictures\/[\w-]+\/\d+\.avif/g)].map(([path]) => path)
    // The widest last: it is for screens that have the fastest lines.
    const preloaded = [...html.matchAll(/imagesrcset="([^"]*)"/gi)].flatMap(([, set]) => pictures(set!))
    for (const path of new Set([...preloaded, ...pictures(html).filter(path => tile.test(path))])) await ask(path)
  }
  catch {
    // Nobody waits for this.
  }
}
