/**
 * Who loses a `#part` from the address of a page, by choosing a variant or a filter, stays where they are: what Nuxt
 * scrolls by goes to the top. It is put in place when the app is created, so this comes after.
 */
export default defineNuxtPlugin((nuxtApp) => {
  const { options } = useRouter()
  nuxtApp.hook('app:mounted', () => {
    const standard = options.scrollBehavior
    options.scrollBehavior = (to, from, saved) => (to.path === from.path && from.hash && !to.hash ? saved ?? false : standard?.(to, from, saved))
  })
})
