/** Tells the metrics which page was rendered, by its pattern: a label may not grow with the catalogue. */
export default defineNuxtPlugin(() => {
  const event = useRequestEvent()
  useRouter().afterEach((to) => {
    const pattern = to.matched.at(-1)?.path
    if (event && pattern) event.context.pagePattern = pattern.replaceAll('()', '')
  })
})
