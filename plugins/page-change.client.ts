/**
 * A page that changes without a reload says its name and starts reading at its own top, in whichever layout. Nothing is said of a way
 * that came to nothing, and one that overtakes another is said once.
 */
export default defineNuxtPlugin((nuxtApp) => {
  const { drawerOpen } = useCart()
  const { announce } = useSpoken()
  let forget = () => {}
  useRouter().afterEach((to, from, failure) => {
    if (nuxtApp.isHydrating) return
    drawerOpen.value = false
    if (failure || to.path === from.path) return
    forget()
    forget = nuxtApp.hooks.hookOnce('page:finish', () => {
      document.querySelector('main')?.focus({ preventScroll: true })
      setTimeout(() => announce(document.title), 150)
    })
  })
})
