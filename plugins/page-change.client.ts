/**
 * A page that changes without a reload says its name and starts reading at its own top, in whichever layout. Nothing is said of a way
 * that came to nothing, and one that overtakes another is said once.
 */
export default defineNuxtPlugin((nuxtApp) => {
  const { drawerOpen } = useCart()
  const { announce } = useSpoken()
  const shown = useLayoutShown()
  let forget = () => {}
  function startReading() {
    document.querySelector('main')?.focus({ preventScroll: true })
    const saying = setTimeout(() => announce(document.title), 150)
    forget = () => clearTimeout(saying)
  }
  useRouter().afterEach((to, from, failure) => {
    if (nuxtApp.isHydrating) return
    drawerOpen.value = false
    if (failure || to.path === from.path) return
    forget()
    forget = nuxtApp.hooks.hookOnce('page:finish', () => {
      if (shown.value === (to.meta.layout || 'default')) startReading()
      // The page is ready before its layout: until that stands as well, it is the old one that has the focus.
      else forget = watch(shown, startReading, { once: true })
    })
  })
})
