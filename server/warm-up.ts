import type { Platform } from './platform/services.ts'

/** Asks this process itself, without a socket. */
export type Ask = (path: string, init?: { method: string, headers: Record<string, string>, body: string }) => Promise<Response>

/** Longer than a slow machine takes; a database that is away must not keep a process from becoming ready to say so. */
const withinMs = 15_000

/**
 * Loads the code of the hot routes by asking for them: the first visitor of a page would otherwise wait a second for it.
 * Ends when all are loaded or the time is up; what fails here fails for a visitor too, and is said there.
 */
export async function warmUp({ ask, log }: { ask: Ask } & Pick<Platform, 'log'>): Promise<void> {
  const from = performance.now()
  const visit: Ask = async (path, init) => {
    const answer = await ask(path, init)
    await answer.clone().arrayBuffer()
    return answer
  }
  const send = (path: string) => visit(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  async function walk() {
    const list = await (await visit('/api/products?limit=1')).json() as { items?: { slug: string, category: { slug: string } }[] }
    const [product] = list.items ?? []
    // Bodies that say nothing: they load the route, which refuses them.
    const routes = [
      () => visit('/'),
      ...(product ? [() => visit(`/categories/${product.category.slug}`), () => visit(`/products/${product.slug}`)] : []),
      () => visit('/search'), () => visit('/cart'), () => visit('/api/cart'), () => visit('/api/auth/session'),
      () => send('/api/cart/items'), () => send('/api/orders'), () => send('/api/auth/login'),
    ]
    for (const route of routes) await route().catch(() => {})
  }
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs)
  })
  await Promise.race([walk().catch(() => {}), patience])
  clearTimeout(timer)
  log.info('warmed up', { tookMs: Math.round(performance.now() - from) })
}
