/**
 * Somebody who goes back while a reloaded page still waits for its code is heard by nobody: the router would write the page that
 * lies there over the entry that was gone back to. So what the address names is loaded; a step while the app starts is taken after.
 */
export default defineNuxtPlugin({
  // Before the router's own, which is first of those that are 'pre'.
  order: -40,
  setup(nuxtApp) {
    const { location, history } = window
    const pageOf = (href: string) => href.split('#')[0]
    const name = performance.getEntriesByType('navigation')[0]?.name ?? ''
    const served = pageOf(name.startsWith(location.origin) ? name : location.href)
    if (pageOf(location.href) !== served) {
      location.reload()
      // Nothing may start on a page that is about to go.
      return new Promise<never>(() => {})
    }
    let wanted: { href: string, state: unknown } | undefined
    const note = () => {
      if (pageOf(location.href) !== served) wanted = { href: location.href, state: history.state }
    }
    window.addEventListener('popstate', note)
    nuxtApp.hook('app:suspense:resolve', () => {
      window.removeEventListener('popstate', note)
      if (!wanted) return
      const { href, state } = wanted
      wanted = undefined
      history.replaceState(state, '', href)
      window.dispatchEvent(new PopStateEvent('popstate', { state }))
    })
  },
})
