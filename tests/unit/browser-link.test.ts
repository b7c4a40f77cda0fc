import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Component, createRenderer, createSSRApp, h, type VNode } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createMemoryHistory, createRouter } from 'vue-router'
import NuxtLink from '../../browser/link.ts'

afterEach(() => vi.unstubAllGlobals())

const page: Component = () => h('p')

async function shopAt(path: string, load = () => Promise.resolve(page)) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page }, { path: '/cart', component: load }, { path: '/categories/:slug', component: page }] })
  await router.push(path)
  const callHook = vi.fn()
  const equip = <T extends ReturnType<typeof createSSRApp>>(app: T) => {
    app.config.globalProperties.$nuxt = { callHook } as never
    return app.use(router)
  }
  const html = (link: () => VNode) => renderToString(equip(createSSRApp({ render: link })))
  /** Elements are bags of their attributes; answers the first link's. */
  function listenersOf(link: () => VNode): Record<string, () => void> {
    interface Bag { tag?: string, given: Record<string, () => void>, inside: Bag[] }
    const bag = (tag?: string): Bag => ({ tag, given: {}, inside: [] })
    const { createApp } = createRenderer<Bag, Bag>({
      createElement: bag,
      createText: () => bag(),
      createComment: () => bag(),
      insert: (one, into) => into.inside.push(one),
      patchProp: (one, name, _, value) => (one.given[name] = value),
      setText: () => undefined,
      setElementText: () => undefined,
      remove: () => undefined,
      parentNode: () => null,
      nextSibling: () => null,
    })
    const root = bag()
    equip(createApp({ render: link }) as unknown as ReturnType<typeof createSSRApp>).mount(root as never)
    return root.inside.find(({ tag }) => tag === 'a')!.given
  }
  return { html, listenersOf, callHook }
}

describe('the browser’s link', () => {
  it('writes what the server’s link writes: its address, what it was given, and whether one is there', async () => {
    const { html } = await shopAt('/categories/mugs?sort=price')
    expect(await html(() => h(NuxtLink, { to: '/cart', class: 'target', rel: 'nofollow' }, { default: () => 'Basket' }))).toBe('<a href="/cart" class="target" rel="nofollow">Basket</a>')
    expect(await html(() => h(NuxtLink, { to: { query: { q: 'a mug' } } }))).toBe('<a aria-current="page" href="/categories/mugs?q=a+mug" class="router-link-active router-link-exact-active"></a>')
    expect(await html(() => h(NuxtLink, { to: '/categories/mugs?sort=price', activeClass: 'is-here' }))).toBe('<a aria-current="page" href="/categories/mugs?sort=price" class="is-here router-link-exact-active"></a>')
  })

  it('leaves the element to who wants to write it', async () => {
    const { html } = await shopAt('/')
    expect(await html(() => h(NuxtLink, { to: '/cart', custom: true }, { default: ({ href }: { href: string }) => h('b', href) }))).toContain('<b>/cart</b>')
  })

  it.each(['onPointerenter', 'onFocus'])('fetches the code of its page once, by %s', async (event) => {
    const load = vi.fn(() => Promise.reject(new Error('no connection')))
    const { listenersOf, callHook } = await shopAt('/', load)
    const link = listenersOf(() => h(NuxtLink, { to: '/cart?from=here' }))
    expect(load).not.toHaveBeenCalled()
    link[event]!()
    link[event]!()
    expect(load).toHaveBeenCalledTimes(1)
    expect(callHook.mock.calls).toEqual([['link:prefetch', '/cart?from=here']])
  })

  it.each([{ saveData: true }, { effectiveType: '2g' }])('fetches nothing on suspicion over a line with %j', async (connection) => {
    vi.stubGlobal('navigator', { connection })
    const load = vi.fn(() => Promise.resolve(page))
    const { listenersOf } = await shopAt('/', load)
    listenersOf(() => h(NuxtLink, { to: '/cart' })).onPointerenter!()
    expect(load).not.toHaveBeenCalled()
  })
})
