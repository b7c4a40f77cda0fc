/** A visitor who is not logged in logs in first; to a shopper there is no such page. */
export default defineNuxtRouteMiddleware(async (to) => {
  // An error has been decided over as well: its page is rendered under the address that failed.
  if (useError().value) return
  // The server has decided over the first page already.
  if (import.meta.client && useNuxtApp().isHydrating) return
  const { user, refresh } = useShopper()
  const found = user.value ?? await refresh().catch(() => undefined)
  if (found === undefined) return abortNavigation(createError({ statusCode: 503, statusMessage: 'Unavailable' }))
  if (!found) return navigateTo({ path: '/login', query: { next: to.path } })
  if (found.role !== 'admin') return abortNavigation(createError({ statusCode: 404, statusMessage: 'Not found' }))
})
